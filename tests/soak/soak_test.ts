import { assertEquals, assertStringIncludes } from "@std/assert";
import { isFlat } from "./soak.ts";

Deno.test("memory that goes up and down is flat, and what grows is not", () => {
  const times = Array.from({ length: 20 }, (_, at) => at);
  const wave = times.map((at) => 400 + (at === 0 ? -200 : at % 3 * 50));
  assertEquals(isFlat(wave), true);
  assertEquals(isFlat(times.map((at) => 400 + 10 * at)), false);
});

Deno.test("every accepted request is answered once, whatever the plugin does", {
  // It looks into /proc, which Deno opens only to who may do everything.
  ignore: Deno.build.os !== "linux",
}, async () => {
  const program = new URL("main.ts", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      program,
      "--minutes=0.1",
      "--clients=40",
      "--pool=2",
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  const report = decoder.decode(stdout);
  assertEquals(code, 0, report + decoder.decode(stderr));
  assertStringIncludes(report, '"run 200"');
});
