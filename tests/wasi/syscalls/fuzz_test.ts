/**
 * Whatever words a guest passes, it gets an errno: a syscall never throws
 * anything that is not meant, and never writes outside of guest memory.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Context } from "../../../src/wasi/mod.ts";
import { anyCall, makeCalls, SIGNATURES } from "./any_calls.ts";

Deno.test("any words give an errno, and no descriptor is lost", () => {
  fc.assert(
    fc.property(fc.array(anyCall, { maxLength: 60 }), makeCalls),
    { numRuns: 1000 },
  );
});

Deno.test("the signatures leave out only proc_exit", () => {
  const names = Object.keys(new Context().imports);
  const left = names.filter((name) => !(name in SIGNATURES));
  assertEquals(left, ["proc_exit"]);
});
