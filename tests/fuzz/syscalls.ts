import { anyCall, makeCalls } from "../wasi/syscalls/any_calls.ts";
import { batchOf, type Target, target } from "./target.ts";

/** Any syscalls with any words: each gives an errno. */
export function syscalls(): Target {
  return target({
    name: "syscalls",
    share: 100_000,
    batch: 20,
    inputs: batchOf(anyCall, 20),
    try: makeCalls,
  });
}
