import { assertEquals } from "@std/assert";
import {
  MemoryDirectory,
  MemoryFile,
  SystemClock,
} from "../../../src/wasi/mod.ts";
import { FakeClock, Guest } from "../guest.ts";

interface Subscription {
  readonly userdata: bigint;
  readonly type?: number;
  readonly fd?: number;
  readonly id?: number;
  readonly timeout?: bigint;
  readonly flags?: number;
}

/** Poll, and give the events as short texts. */
function poll(guest: Guest, subscriptions: readonly Subscription[]): string[] {
  const input = guest.room(subscriptions.length * 48);
  for (const [index, each] of subscriptions.entries()) {
    const view = new DataView(guest.memory.buffer, input + index * 48, 48);
    view.setBigUint64(0, each.userdata, true);
    view.setUint8(8, each.type ?? 0);
    view.setUint32(16, each.fd ?? each.id ?? 1, true);
    view.setBigUint64(24, each.timeout ?? 0n, true);
    view.setUint16(40, each.flags ?? 0, true);
  }
  const output = guest.room(subscriptions.length * 32);
  const result = guest.room(4);
  const count = subscriptions.length;
  guest.must("poll_oneoff", input, output, count, result);
  guest.assertAround(output, count * 32);
  guest.assertAround(result, 4);
  return Array.from({ length: guest.u32(result) }, (_, index) => {
    const at = output + index * 32;
    const error = guest.u16(at + 8);
    const ready = guest.u8(at + 10) === 0
      ? ""
      : ` ${guest.u64(at + 16)} ${guest.u16(at + 24)}`;
    return `${guest.u64(at)}: ${error} ${guest.u8(at + 10)}${ready}`;
  });
}

Deno.test("poll_oneoff() sleeps until the first of its alarms", () => {
  const clock = new FakeClock();
  const guest = new Guest({ clock });
  const events = poll(guest, [
    { userdata: 1n, timeout: 900n },
    { userdata: 2n, timeout: 300n },
    { userdata: 3n, timeout: 300n, id: 0 },
  ]);
  assertEquals(clock.slept, [300n]);
  assertEquals(events, ["2: 0 0", "3: 0 0"]);
});

Deno.test("poll_oneoff() takes absolute times of either clock", () => {
  const clock = new FakeClock();
  const guest = new Guest({ clock });
  const due = clock.now() + 70n;
  poll(guest, [{ userdata: 1n, id: 0, timeout: due, flags: 1 }]);
  poll(guest, [{
    userdata: 1n,
    timeout: clock.monotonic() + 50n,
    flags: 1,
  }]);
  assertEquals(clock.slept, [70n, 50n]);
  const past = poll(guest, [{ userdata: 9n, id: 0, timeout: due, flags: 1 }]);
  assertEquals(past, ["9: 0 0"]);
  assertEquals(clock.slept.length, 2, "no sleep for what is past");
});

Deno.test("poll_oneoff() does not sleep while a descriptor is ready", () => {
  const clock = new FakeClock();
  const guest = new Guest({
    clock,
    stdin: new Uint8Array(5),
    preopens: { "/": new MemoryDirectory().set("a", new MemoryFile("abc")) },
  });
  const fd = guest.open("a");
  const events = poll(guest, [
    { userdata: 1n, timeout: 10n ** 12n },
    { userdata: 2n, type: 1, fd: 0 },
    { userdata: 3n, type: 2, fd: 1 },
    { userdata: 4n, type: 1, fd },
  ]);
  assertEquals(clock.slept, []);
  assertEquals(events, ["2: 0 1 5 0", "3: 0 2 1 0", "4: 0 1 3 0"]);
});

Deno.test("poll_oneoff() tells of a stream at its end", () => {
  assertEquals(poll(new Guest(), [{ userdata: 1n, type: 1, fd: 0 }]), [
    "1: 0 1 0 1",
  ]);
});

Deno.test("poll_oneoff() tells what a function as input has left", () => {
  const chunks = ["abcdef"];
  const guest = new Guest({
    stdin: () => {
      const chunk = chunks.shift();
      return chunk === undefined ? null : new TextEncoder().encode(chunk);
    },
  });
  const told = () => poll(guest, [{ userdata: 1n, type: 1, fd: 0 }]);
  assertEquals(told(), ["1: 0 1 1 0"], "nobody knows");
  guest.read(0, 2);
  assertEquals(told(), ["1: 0 1 4 0"]);
  guest.read(0, 4);
  assertEquals(told(), ["1: 0 1 1 0"]);
  guest.read(0, 4);
  assertEquals(told(), ["1: 0 1 0 1"], "at its end");
});

Deno.test("poll_oneoff() says of the host's input that it is ready", () => {
  const guest = new Guest({ stdin: "inherit", clock: new FakeClock() });
  const events = poll(guest, [
    { userdata: 1n, timeout: 10n ** 9n },
    { userdata: 2n, type: 1, fd: 0 },
  ]);
  assertEquals(events, ["2: 0 1 1 0"]);
});

Deno.test("poll_oneoff() tells what is wrong with one subscription", () => {
  const guest = new Guest({ preopens: { "/": new MemoryDirectory() } });
  const events = poll(guest, [
    { userdata: 1n, type: 1, fd: 99 },
    { userdata: 2n, type: 2, fd: 0 },
    { userdata: 3n, id: 2 },
    { userdata: 4n, flags: 2 },
    { userdata: 5n, type: 3, fd: 0 },
  ]);
  assertEquals(events, [
    "1: 8 1 0 0", // BADF
    "2: 8 2 0 0", // BADF: standard input is not written
    "3: 28 0", // INVAL
    "4: 28 0",
    "5: 28 3 0 0",
  ]);
});

Deno.test("poll_oneoff() refuses to wait for nothing, or for too much", () => {
  const guest = new Guest();
  assertEquals(guest.call("poll_oneoff", 0, 0, 0, 0), "INVAL");
  assertEquals(guest.call("poll_oneoff", 0, 0, -1, 0), "INVAL");
});

Deno.test("poll_oneoff() really sleeps with the host's clock", () => {
  const clock = new SystemClock();
  const before = clock.monotonic();
  poll(new Guest({ clock }), [{ userdata: 1n, timeout: 5_000_000n }]);
  const slept = clock.monotonic() - before;
  assertEquals(slept >= 4_900_000n, true, `${slept} ns`);
});
