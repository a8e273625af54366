import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { parseCommand } from "../../bench/command.ts";
import { GROUPS } from "../../bench/groups.ts";
import { main } from "../../bench/main.ts";
import { isMet, measureGroup, type Result } from "../../bench/measure.ts";
import { imports } from "../../bench/imports.ts";
import { prints } from "../../bench/prints.ts";
import { line, markdown } from "../../bench/report.ts";

/** A result with everything in it. */
const RESULT: Result = {
  group: "files",
  name: "read a file",
  unit: "ms",
  against: "a peer",
  goal: { ratio: 1 },
  ours: { best: 2, median: 3, all: [3, 2, 4] },
  peer: { best: 4, median: 4, all: [4, 4, 5] },
};
const WITHOUT_PEER: Result = { ...RESULT, peer: { missing: "not installed" } };

Deno.test("the benchmark of files runs, at a tiny size", async () => {
  const lines: string[] = [];
  const words = ["--tiny", "--only=files"];
  assertEquals(await main(words, (text) => lines.push(text)), 0);
  const [heading, ...rows] = lines;
  assertMatch(heading ?? "", /ours +peer +ratio/);
  assertEquals(rows.length, 7);
  for (const row of rows) assertMatch(row, /\d ms +[\d.]+ ms +[\d.]+x/);
});

Deno.test("the benchmark of imports measures this project", async () => {
  // node:wasi lists a part of a large directory, and may not find a module.
  await using open = await imports.open("tiny");
  for (const row of open.rows) assert(await row.ours() > 0, row.name);
});

Deno.test("the benchmark of prints measures this project", async () => {
  // The peer is fetched from npm, which no test needs.
  await using open = await prints.open("tiny");
  for (const row of open.rows) assert(await row.ours() > 0, row.name);
});

Deno.test("measureGroup() takes turns, and goes on without a peer", async () => {
  const turns: string[] = [];
  const row = (name: string, peer: () => number) => ({
    name,
    unit: "ms" as const,
    against: "a peer",
    ours: () => turns.push(`${name}: ours`),
    peer,
  });
  const rows = [
    row("with", () => turns.push("with: peer")),
    row("without", () => {
      throw new Error("not installed");
    }),
  ];
  const results: Result[] = [];
  let closed = 0;
  const group = {
    name: "turns",
    about: "",
    open: () =>
      Promise.resolve({
        rows,
        [Symbol.asyncDispose]: () => Promise.resolve(void closed++),
      }),
  };
  await measureGroup(group, "quick", (result) => results.push(result));
  assertEquals(turns.slice(0, 4), [
    "with: ours",
    "with: peer",
    "with: ours",
    "with: peer",
  ]);
  assertEquals(results.map(({ ours }) => ours.all.length), [3, 3]);
  assertEquals(results[0]?.ours, { best: 1, median: 3, all: [1, 3, 5] });
  assertEquals(results[1]?.peer, { missing: "not installed" });
  assertEquals(closed, 1);
});

Deno.test("a goal is a ratio to the peer, or a figure of its own", () => {
  assertEquals(isMet(RESULT), true);
  assertEquals(isMet({ ...RESULT, goal: { ratio: 0.4 } }), false);
  assertEquals(isMet(WITHOUT_PEER), undefined);
  assertEquals(isMet({ ...WITHOUT_PEER, goal: { value: 2 } }), true);
  assertEquals(isMet({ ...WITHOUT_PEER, goal: { value: 1.9 } }), false);
});

Deno.test("a report tells best, ratio, spread and goal, and who is missing", () => {
  assertMatch(
    line(RESULT),
    /^read a file +2\.00 ms +4\.00 ms +0\.50x +a peer +\+50 % \/ \+0 % +<= 1x: yes$/,
  );
  assertStringIncludes(
    line(WITHOUT_PEER),
    "\n    read a file: no a peer: not installed",
  );
  const run = {
    date: "2026-01-02T03:04:05.000Z",
    size: "full",
    machine: {
      processor: "a processor",
      cores: 2,
      memory: 1,
      system: "linux x86_64",
      deno: "2.9.6",
      v8: "15.0",
    },
    results: [RESULT, WITHOUT_PEER],
  };
  const page = markdown(run, GROUPS);
  assertStringIncludes(
    page,
    "| read a file |   2.00 ms | 4.00 ms (a peer) | 0.50x | +50 % / +0 % | <= 1x: yes |",
  );
  assertStringIncludes(page, "read a file: no a peer: not installed");
});

Deno.test("parseCommand() of the benchmarks knows its groups and flags", () => {
  const parse = (...words: string[]) => parseCommand(words, GROUPS);
  const all = parse();
  assert(all.kind === "run" && all.size === "full");
  assertEquals(all.groups, GROUPS);
  assert(all.out?.href.endsWith("/bench/"), "a full run renews the report");
  const some = parse("--only=prints");
  assert(some.kind === "run" && some.out === undefined);
  assertEquals(some.groups, [prints]);
  const quick = parse("--quick");
  assert(quick.kind === "run" && quick.out === undefined);
  assertEquals(parse("--help").kind, "help");
  assertEquals(parse("--only=nothing"), {
    kind: "wrong",
    reason: 'there is no group "nothing"',
  });
  assertEquals(parse("--fast").kind, "wrong");
});
