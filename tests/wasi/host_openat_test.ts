import { OpenFiles } from "../../src/wasi/host_anchor.ts";
import { testWithAll } from "./allow_all.ts";

Deno.test("the host's files are the same where /proc gives openat()", {
  // Elsewhere there is none; under -A the tests themselves have used it.
  ignore: Deno.build.os !== "linux" || OpenFiles.available(),
}, () => testWithAll());
