import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Source } from "../../src/wasi/mod.ts";
import { Guest } from "./guest.ts";

const decoder = new TextDecoder();

/** A stream that takes a chunk only when it is told to. */
class SlowStream {
  readonly taken: string[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly stream = new WritableStream<Uint8Array>({
    write: (chunk) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(() => {
        this.taken.push(decoder.decode(chunk));
        resolve();
      });
      return promise;
    },
  });

  /** Take the chunk that waits, and let the stream offer the next. */
  async take(): Promise<void> {
    this.#waiting.shift()?.();
    await settled();
  }
}

/** Let all that is ready happen. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

Deno.test("a Web stream gets a guest's writes, and the host can wait for it", async () => {
  const slow = new SlowStream();
  const guest = new Guest({ stdout: slow.stream });
  assertEquals(guest.context.drained(), undefined);
  assertEquals([guest.write(1, "one"), guest.write(1, "two")], [
    "SUCCESS",
    "SUCCESS",
  ]);
  let drained = false;
  const waited = guest.context.drained()?.then(() => drained = true);
  await settled();
  await slow.take();
  assertEquals([slow.taken, drained], [["one"], false]);
  await slow.take();
  await waited;
  assertEquals(slow.taken, ["one", "two"]);
  assertEquals(guest.context.drained(), undefined);
});

Deno.test("one Web stream may be standard output and error", async () => {
  const chunks: string[] = [];
  const both = new WritableStream<Uint8Array>({
    write: (chunk) => void chunks.push(decoder.decode(chunk)),
  });
  const guest = new Guest({ stdout: both, stderr: both });
  guest.write(1, "out");
  guest.write(2, "err");
  assertEquals(guest.call("fd_close", 1), "SUCCESS");
  assertEquals(guest.write(2, "still there"), "SUCCESS");
  await guest.context.drained();
  assertEquals(chunks, ["out", "err", "still there"]);
  guest.context.fds[Symbol.dispose]();
  assertEquals(both.locked, false, "it is given back, open");
  await both.close();
});

Deno.test("a Web stream that is given back still takes what is in it", async () => {
  const slow = new SlowStream();
  const guest = new Guest({ stdout: slow.stream });
  guest.write(1, "late");
  guest.context.fds[Symbol.dispose]();
  const closed = slow.stream.close();
  await settled();
  await slow.take();
  await closed;
  assertEquals(slow.taken, ["late"]);
});

Deno.test("a Web stream that fails is told once to the host, then to the guest", async () => {
  const stream = new WritableStream<Uint8Array>({
    write: () => Promise.reject(new RangeError("full")),
  });
  const guest = new Guest({ stdout: stream });
  guest.write(1, "one");
  guest.write(1, "two");
  await assertRejects(
    () => guest.context.drained() ?? Promise.resolve(),
    RangeError,
    "full",
  );
  assertEquals(guest.context.drained(), undefined);
  assertEquals(guest.write(1, "three"), "PIPE");
  guest.context.fds[Symbol.dispose]();
});

Deno.test("a Web stream that was aborted is a broken pipe at once", async () => {
  const stream = new TransformStream<Uint8Array, Uint8Array>();
  const guest = new Guest({ stdout: stream.writable });
  await stream.readable.cancel("nobody reads");
  assertEquals(guest.write(1, "x"), "PIPE");
  guest.context.fds[Symbol.dispose]();
});

Deno.test("streams that cannot be used are refused with a way out", () => {
  const stream = new WritableStream<Uint8Array>();
  stream.getWriter();
  assertThrows(
    () => new Guest({ stdout: stream }),
    TypeError,
    "it is locked; release its writer first",
  );
  const input: unknown = new ReadableStream<Uint8Array>();
  assertThrows(
    () => new Guest({ stdin: input as Source }),
    TypeError,
    "read it before: await new Response(stream).bytes()",
  );
});
