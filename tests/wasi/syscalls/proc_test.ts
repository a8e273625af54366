import { assertEquals, assertThrows } from "@std/assert";
import { ProcessExit } from "../../../src/wasi/mod.ts";
import { Guest } from "../guest.ts";

Deno.test("proc_exit() throws the code, an unsigned word", () => {
  for (const [word, code] of [[0, 0], [3, 3], [-1, 0xffff_ffff]] as const) {
    const error = assertThrows(
      () => new Guest().call("proc_exit", word),
      ProcessExit,
    );
    assertEquals(error.code, code);
  }
});

Deno.test("proc_raise() knows no signal that it could send", () => {
  const guest = new Guest();
  assertEquals(guest.call("proc_raise", 6), "NOSYS");
  assertEquals(guest.call("proc_raise", 31), "INVAL");
  assertEquals(guest.call("proc_raise", -1), "INVAL");
});

Deno.test("sched_yield() has nothing to do", () => {
  assertEquals(new Guest().call("sched_yield"), "SUCCESS");
});
