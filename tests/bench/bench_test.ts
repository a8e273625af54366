import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseCommand, usage } from "../../bench/command.ts";
import { GROUPS } from "../../bench/groups.ts";
import { main } from "../../bench/main.ts";
import { measureGroup } from "../../bench/measure.ts";
import { imports } from "../../bench/imports.ts";
import { kernels } from "../../bench/kernels.ts";
import { prints } from "../../bench/prints.ts";
import { programs } from "../../bench/programs.ts";
import { geomeanOf, type Result } from "../../bench/result.ts";
import type { Row } from "../../bench/row.ts";

Deno.test("the benchmark of files runs, at a tiny size", async () => {
  const lines: string[] = [];
  const words = ["--tiny", "--only=files"];
  assertEquals(await main(words, (text) => lines.push(text)), 0);
  const [heading, ...rows] = lines;
  assertMatch(heading ?? "", /ours +peers/);
  assertMatch(rows.pop() ?? "", /of 7 goals are met/);
  assertEquals(rows.length, 7);
  for (const row of rows) {
    assertMatch(row, /\d ms +node:wasi [\d.]+ ms \([\d.]+x\)/);
  }
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
    ours: () => turns.push(`${name}: ours`),
    peers: [
      { name: "a peer", measure: peer },
      {
        name: "another",
        rounds: 1,
        measure: () => turns.push(`${name}: another`),
      },
    ],
  });
  const rows = [
    row("with", () => turns.push("with: peer")),
    row("without", () => {
      throw new Error("not installed");
    }),
  ];
  const told: string[] = [];
  const begun: string[] = [];
  let closed = 0;
  const group = {
    name: "turns",
    brief: "",
    about: "",
    open: () =>
      Promise.resolve({
        rows,
        [Symbol.asyncDispose]: () => Promise.resolve(void closed++),
      }),
    sum: (results: readonly Result[]) => [geomeanOf(results, "sum", [])],
  };
  const results = await measureGroup(group, "quick", {
    begins: (what) => begun.push(what),
    told: ({ name }) => told.push(name),
  });
  assertEquals(turns.slice(0, 6), [
    "with: ours",
    "with: peer",
    "with: another", // once is enough
    "with: ours",
    "with: peer",
    "with: ours",
  ]);
  assertEquals(told, ["with", "without", "sum"]);
  assert(begun.includes("turns 1/2: with, a peer, round 3 of 3"));
  assertEquals(results[0]?.ours, { best: 1, median: 4, all: [1, 4, 6] });
  assertEquals(results[1]?.peers.map((peer) => "missing" in peer), [
    true,
    false,
  ]);
  assertEquals(closed, 1);
});

Deno.test("measureGroup() goes on without a figure of ours", async () => {
  const row = {
    name: "not yet",
    unit: "ms" as const,
    ours: () => Promise.reject(new Error("not there yet")),
    peers: [],
  };
  const open = { rows: [row], [Symbol.asyncDispose]: () => Promise.resolve() };
  const group = {
    name: "one",
    brief: "",
    about: "",
    open: () => Promise.resolve(open),
  };
  const listener = { begins: () => {}, told: () => {} };
  const [result] = await measureGroup(group, "tiny", listener);
  assertEquals(result?.ours, { missing: "not there yet" });
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
  const odd = parse("--out=/tmp/o#1%20?x");
  assertEquals(
    odd.kind === "run" && odd.out?.href,
    "file:///tmp/o%231%2520%3Fx/",
  );
  assertEquals(parse("--help").kind, "help");
  assertEquals(parse("--only=nothing"), {
    kind: "wrong",
    reason: 'there is no group "nothing"',
  });
  assertEquals(parse("--fast").kind, "wrong");
});

Deno.test("--help of the benchmarks says what each group is, in short lines", () => {
  const text = usage(GROUPS);
  for (const { name, brief } of GROUPS) {
    assertMatch(text, new RegExp(`^  ${name} +\\S`, "m"));
    assert(text.includes(brief));
  }
  for (const line of text.split("\n")) assert(line.length <= 80, line);
  for (const what of ["18 minutes", "--tiny", "build.ts native", "spread"]) {
    assert(text.includes(what), what);
  }
});

Deno.test("a quick run measures every second kernel and every fourth program", async () => {
  for (const [group, part] of [[kernels, 2], [programs, 4]] as const) {
    await using full = await group.open("full");
    await using quick = await group.open("quick");
    const titles = (
      rows: readonly Row[],
    ) => [...new Set(rows.map(({ name }) => name.split(",")[0]))];
    assertEquals(
      titles(quick.rows),
      titles(full.rows).filter((_, at) => at % part === 0),
    );
  }
});
