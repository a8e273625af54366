import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { figure } from "../../bench/figure.ts";
import { GROUPS } from "../../bench/groups.ts";
import { line, markdown, type Run, tally } from "../../bench/report.ts";
import { writeReport } from "../../bench/write_report.ts";
import { RESULT, WITHOUT_OURS, WITHOUT_PEER } from "./results.ts";

const RUN: Run = {
  date: "2026-01-02T03:04:05.000Z",
  size: "full",
  machine: {
    processor: "a processor",
    cores: 2,
    memory: 1,
    system: "linux x86_64",
    deno: "2.9.6",
    v8: "15.0",
    peers: ["pyodide@1"],
  },
  results: [RESULT, WITHOUT_PEER, WITHOUT_OURS],
};

Deno.test("figures have three digits that count", () => {
  assertEquals(figure(1234.4, "ms"), "1234 ms");
  assertEquals(figure(12.34, "MB"), "12.3 MB");
  assertEquals(figure(0.123, "µs"), "0.12 µs");
  assertEquals(figure(367_619, "µs"), "368 ms");
  assertEquals(figure(12_345, "ms"), "12.3 s");
});

Deno.test("a line tells the figures, ratio, spread and goal, and who is missing", () => {
  assertMatch(
    line(RESULT),
    /^read a file +2\.00 ms +a peer 4\.00 ms \(0\.50x\) +\+50\/\+0 % +<= 1x: yes$/,
  );
  assertStringIncludes(
    line(WITHOUT_PEER),
    "\n    read a file: no a peer: not installed",
  );
  assertStringIncludes(
    line(WITHOUT_OURS),
    "<= 1x: ?\n    read a file: no figure: not there yet",
  );
});

Deno.test("a goal names its peer where there are several", () => {
  const [peer] = RESULT.peers;
  assert(peer !== undefined);
  const peers = [peer, { name: "another", missing: "" }];
  assertStringIncludes(line({ ...RESULT, peers }), "<= 1x a peer: yes");
});

Deno.test("the tally counts goals that are met, and those that cannot be told", () => {
  assertEquals(
    tally(RUN.results),
    "1 of 3 goals are met, 2 could not be told.",
  );
  assertEquals(tally([RESULT]), "1 of 1 goals are met.");
});

Deno.test("the page has a table for each group, charts above it, reasons below", () => {
  const charts = new Map([["files", ["charts/files.svg"]]]);
  const page = markdown(RUN, GROUPS, charts);
  assertStringIncludes(
    page,
    "| read a file |   2.00 ms | 4.00 ms (0.50x) | +50/+0 % | <= 1x: yes |",
  );
  assertStringIncludes(page, "(./charts/files.svg)");
  assertStringIncludes(page, "read a file: no a peer: not installed");
  assertStringIncludes(page, "linux x86_64 · Deno 2.9.6, V8 15.0 · pyodide@1");
  assert(!page.includes("## calls"), "what was not measured has no table");
});

Deno.test("a run is written as JSON, page and charts", async () => {
  const folder = await Deno.makeTempDir();
  try {
    writeReport(new URL(`file://${folder}/new/`), RUN, GROUPS);
    const json = await Deno.readTextFile(`${folder}/new/results.json`);
    assertEquals(JSON.parse(json), RUN);
    const page = await Deno.readTextFile(`${folder}/new/RESULTS.md`);
    assertStringIncludes(page, "# Benchmarks");
    const chart = await Deno.readTextFile(`${folder}/new/charts/files.svg`);
    assertMatch(chart, /^<svg /);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
