import { assertEquals } from "@std/assert";
import { soak } from "./soak.ts";

Deno.test("every accepted request is answered once, whatever the plugin does", {
  ignore: Deno.build.os !== "linux", // it looks into /proc
}, async () => {
  const report = await soak({ time: 6000, clients: 40, pool: 2 });
  assertEquals(report.wrong, []);
  assertEquals((report.answers["run 200"] ?? 0) > 0, true);
  const [before, after] = report.threads;
  assertEquals(after <= before + 1, true, `threads: ${before}, then ${after}`);
});
