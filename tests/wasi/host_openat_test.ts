import { assert } from "@std/assert";
import { OpenFiles } from "../../src/wasi/host_anchor.ts";

Deno.test("the host's files are the same where /proc gives openat()", {
  // Elsewhere there is none; under -A the tests themselves have used it.
  ignore: Deno.build.os !== "linux" || OpenFiles.available(),
}, async () => {
  const names = ["host_dir", "mount_dir", "gate", "model", "../hostile/race"];
  const tests = names.map((name) =>
    new URL(`${name}_test.ts`, import.meta.url).pathname
  );
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--no-check", "--allow-all", ...tests],
    env: { NO_COLOR: "1", RUNS: "40" },
  }).output();
  assert(success, new TextDecoder().decode(stdout));
});
