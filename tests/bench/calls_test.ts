import { assert, assertEquals } from "@std/assert";
import { calls } from "../../bench/calls.ts";

Deno.test("the benchmark of calls runs, at a tiny size, without the peer too", async () => {
  await using open = await calls.open("tiny");
  assertEquals(open.rows.length, 8);
  for (const row of open.rows) assert(await row.ours() > 0, row.name);
});
