import { assert, assertEquals, assertRejects } from "@std/assert";
import { deno, run, wallOf } from "../../bench/child.ts";
import { makeTable } from "../../bench/sample_table.ts";
import { deadlines } from "../../bench/deadlines.ts";
import { instances } from "../../bench/instances.ts";
import { long } from "../../bench/long.ts";
import { growth } from "../../bench/growth.ts";
import { recovery } from "../../bench/recovery.ts";
import { start } from "../../bench/start.ts";
import type { Group } from "../../bench/row.ts";

const WRITES = deno("eval", "console.log('written')");

Deno.test("run() gives what a process wrote, or its last line when it fails", async () => {
  assertEquals((await run(WRITES)).stdout, "written\n");
  const fails = deno("eval", "console.error('the reason'); Deno.exit(3)");
  await assertRejects(() => run(fails), Error, "ended with 3: the reason");
});

Deno.test("a process that writes something else is not measured", async () => {
  assert(await wallOf(WRITES, "written") > 0);
  await assertRejects(
    () => wallOf(WRITES, "other"),
    Error,
    'it wrote "written", not "other"',
  );
});

Deno.test({
  name:
    "the memory of a process is the most that it had, not what it has in the end",
  ignore: Deno.build.os !== "linux", // only Linux keeps the mark
  fn: async () => {
    // A test may not look at /proc; a program of its own may.
    const measure = `
      import { deno, memoryOf, residentOf } from "./bench/child.ts";
      const one = "const more = new WebAssembly.Memory({ initial: 3000 });" +
        "new Uint8Array(more.buffer).fill(1); console.log('done')";
      console.log(JSON.stringify([
        await memoryOf(deno("eval", one), "done"),
        await memoryOf(deno("eval", "console.log('done')"), "done"),
        residentOf("self"),
        residentOf(0) ?? "no such process",
      ]));
    `;
    const { stdout } = await run(deno("eval", measure));
    const [much, little, own, none] = JSON.parse(stdout);
    assert(much - little > 190, `${much} and ${little} MB`); // of 196.6 that it fills
    assert(little > 10 && own > 10);
    assertEquals(none, "no such process");
  },
});

Deno.test("a sample table tells what sums over it must be", () => {
  const { text, rows, total } = makeTable(10_000);
  const lines = text.trimEnd().split("\n").slice(1);
  assertEquals(lines.length, rows);
  const amounts = lines.map((line) => Number(line.split(",")[2]));
  assertEquals(amounts.reduce((sum, amount) => sum + amount, 0), total);
  assert(text.length >= 10_000 && text.length < 10_200);
});

/** Each row of ours that can be measured here is; no peer is needed. */
async function measureOurs(
  group: Group,
  but: (name: string, unit: string) => boolean,
): Promise<void> {
  await using open = await group.open("tiny");
  for (const row of open.rows) {
    if (but(row.name, row.unit)) continue;
    const figure = await row.ours();
    assert(Number.isFinite(figure), `${row.name}: ${figure}`);
  }
}

/** Only Linux tells of memory. */
function isUntold(_: string, unit: string): boolean {
  return unit === "MB" && Deno.build.os !== "linux";
}

Deno.test("the benchmark of starts runs, at a tiny size, without the peers", () =>
  measureOurs(start, (_, unit) => unit === "MB")); // a test may not look at /proc

Deno.test("the benchmark of instances runs, at a tiny size, without the peers", () =>
  measureOurs(instances, isUntold));

Deno.test("the benchmark of long calls runs, at a tiny size, without the peers", () =>
  measureOurs(long, isUntold));

Deno.test("the benchmark of growth runs, at a tiny size, without the peers", () =>
  measureOurs(growth, isUntold));

Deno.test("the benchmark of recovery runs, at a tiny size, without the peers", () =>
  measureOurs(recovery, isUntold));

Deno.test("the benchmark of deadlines runs, at a tiny size", () =>
  measureOurs(deadlines, isUntold));
