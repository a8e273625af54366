import { OpenFiles } from "../../src/wasi/host_anchor.ts";
import { testWithAll } from "./allow_all.ts";

Deno.test("the host's files are the same where the kernel looks names up", {
  ignore: Deno.build.os !== "linux" || OpenFiles.available(),
}, async () => {
  const { pathname } = new URL("kernel_at_once.ts", import.meta.url);
  await testWithAll(`--preload=${pathname}`);
});
