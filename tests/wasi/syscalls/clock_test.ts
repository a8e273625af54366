import { assertEquals } from "@std/assert";
import { FakeClock, Guest } from "../guest.ts";

Deno.test("clock_time_get() shows wall clock and monotonic time", () => {
  const guest = new Guest();
  const result = guest.room(8);
  guest.must("clock_time_get", 0, 1n, result);
  assertEquals(guest.u64(result), 1_000_000n);
  guest.must("clock_time_get", 1, 0n, result);
  assertEquals(guest.u64(result), 500_000n);
  guest.assertAround(result, 8);
});

Deno.test("clock_res_get() tells the step of both", () => {
  const guest = new Guest();
  for (const id of [0, 1]) {
    const result = guest.room(8);
    guest.must("clock_res_get", id, result);
    assertEquals(guest.u64(result), 1n);
    guest.assertAround(result, 8);
  }
});

Deno.test("clocks of processor time, and unknown ones, answer INVAL", () => {
  const guest = new Guest({ clock: new FakeClock() });
  for (const id of [2, 3, 4, -1]) {
    assertEquals(guest.call("clock_time_get", id, 0n, 0), "INVAL");
    assertEquals(guest.call("clock_res_get", id, 0), "INVAL");
  }
});
