import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  Errno,
  MemoryDirectory,
  type Sink,
  WasiError,
} from "../../src/wasi/mod.ts";
import { type HostStream, openSink, openSource } from "../../src/wasi/stdio.ts";
import { errnoOf, Guest } from "./guest.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A guest whose standard output is collected, write by write. */
function collecting(): [Guest, string[]] {
  const writes: string[] = [];
  const stdout = (chunk: Uint8Array) => void writes.push(decoder.decode(chunk));
  return [new Guest({ stdout }), writes];
}

/** A host stream made of what is needed. */
function stream(parts: Partial<HostStream>): () => HostStream {
  return () => ({ isTerminal: () => false, ...parts });
}

Deno.test("a source of bytes is read in pieces, to its end", () => {
  const guest = new Guest({ stdin: encoder.encode("0123456789") });
  assertEquals([4, 4, 4, 4].map((size) => guest.read(0, size)), [
    "0123",
    "4567",
    "89",
    "",
  ]);
});

Deno.test("a source may give more, less and nothing", () => {
  const chunks = ["abcdef", "", "g"];
  const wanted: number[] = [];
  const guest = new Guest({
    stdin(size) {
      wanted.push(size);
      const chunk = chunks.shift();
      return chunk === undefined ? null : encoder.encode(chunk);
    },
  });
  assertEquals([4, 4, 4, 4, 4].map((size) => guest.read(0, size)), [
    "abcd",
    "ef",
    "g",
    "",
    "",
  ]);
  assertEquals(wanted, [4, 4, 4, 4], "the end is asked for once");
});

Deno.test("no source is an empty one, no sink swallows all", () => {
  const guest = new Guest();
  assertEquals(guest.read(0, 9), "");
  assertEquals(guest.write(1, "gone"), "SUCCESS");
  assertEquals(guest.write(2, "gone"), "SUCCESS");
});

Deno.test("fd_read() into no buffer reads nothing of a stream", () => {
  const guest = new Guest({ stdin: encoder.encode("kept") });
  const [iovs, count] = guest.iovecs([0, 0]);
  guest.must("fd_read", 0, iovs, count, guest.room(4));
  assertEquals(guest.read(0, 9), "kept");
});

Deno.test("a sink gets each write as one chunk of its own", () => {
  const chunks: Uint8Array[] = [];
  const guest = new Guest({ stdout: (chunk) => void chunks.push(chunk) });
  const [iovs, count] = guest.iovecs(guest.put("one "), guest.put("write"));
  const result = guest.room(4);
  guest.must("fd_write", 1, iovs, count, result);
  guest.bytes(0, 4096).fill(0);
  assertEquals(chunks.map((chunk) => decoder.decode(chunk)), ["one write"]);
  const [second] = guest.put("x");
  const single = guest.iovecs([second, 1]);
  guest.must("fd_write", 1, ...single, result);
  guest.bytes(second, 1).fill(0);
  assertEquals(decoder.decode(chunks[1]), "x");
});

Deno.test("a sink is not called for an empty write", () => {
  const [guest, writes] = collecting();
  assertEquals(guest.write(1, ""), "SUCCESS");
  assertEquals(writes, []);
});

Deno.test("a sink may let the guest's memory grow", () => {
  const guest: Guest = new Guest({ stdout: () => void guest.memory.grow(1) });
  const [iovs, count] = guest.iovecs(guest.put("ab"), guest.put("cd"));
  const result = guest.room(4);
  guest.must("fd_write", 1, iovs, count, result);
  assertEquals(guest.u32(result), 4);
});

Deno.test("a sink's errors reach the host, its errnos the guest", () => {
  const failing = (error: unknown): Sink => () => {
    throw error;
  };
  const full = new Guest({ stdout: failing(new WasiError(Errno.NOSPC)) });
  assertEquals(full.write(1, "x"), "NOSPC");
  const broken = new Guest({ stdout: failing(new SyntaxError("Bug")) });
  assertThrows(() => broken.write(1, "x"), SyntaxError, "Bug");
});

Deno.test("standard error is its own stream", () => {
  const errors: string[] = [];
  const [guest, writes] = collecting();
  const both = new Guest({
    stdout: (chunk) => void writes.push(decoder.decode(chunk)),
    stderr: (chunk) => void errors.push(decoder.decode(chunk)),
  });
  both.write(2, "err");
  both.write(1, "out");
  assertEquals([writes, errors], [["out"], ["err"]]);
  assertEquals(guest.call("fd_filestat_get", 1, guest.room(64)), "SUCCESS");
});

Deno.test("an inherited stream is written completely", () => {
  const written: number[] = [];
  const sink = openSink(
    "inherit",
    stream({
      writeSync(buffer) {
        const count = Math.min(3, buffer.length);
        written.push(...buffer.subarray(0, count));
        return count;
      },
    }),
  );
  assertEquals(
    sink.write([encoder.encode("01234567"), encoder.encode("8")]),
    9,
  );
  assertEquals(decoder.decode(Uint8Array.from(written)), "012345678");
});

Deno.test("an inherited stream that would block is tried again", () => {
  let tries = 0;
  const sink = openSink(
    "inherit",
    stream({
      writeSync(buffer) {
        if (++tries < 3) throw new Deno.errors.WouldBlock();
        return buffer.length;
      },
    }),
  );
  assertEquals(sink.write([encoder.encode("late")]), 4);
  assertEquals(tries, 3);
});

Deno.test("a broken pipe is PIPE, a closed stream BADF, a bug a bug", () => {
  const write = (error: Error) => () =>
    openSink(
      "inherit",
      stream({
        writeSync() {
          throw error;
        },
      }),
    ).write([encoder.encode("x")]);
  assertEquals(errnoOf(write(new Deno.errors.BrokenPipe())), "PIPE");
  assertEquals(errnoOf(write(new Deno.errors.BadResource())), "BADF");
  assertThrows(write(new TypeError("Bug")), TypeError, "Bug");
});

Deno.test("an inherited source reads what is there, and its end", () => {
  const reads = [2, null];
  const source = openSource(
    "inherit",
    stream({ readSync: () => reads.shift() ?? null }),
  );
  assertEquals(source.read([new Uint8Array(0), new Uint8Array(8)]), 2);
  assertEquals(source.read([new Uint8Array(8)]), 0);
});

Deno.test("only a terminal is a character device", () => {
  for (const isTerminal of [true, false]) {
    const host = stream({ isTerminal: () => isTerminal });
    const type = isTerminal ? 2 : 0;
    assertEquals(openSink("inherit", host).filetype, type);
    assertEquals(openSource("inherit", host).filetype, type);
  }
});

Deno.test("a stream has no offset that wasi-libc could ask for", () => {
  const guest = new Guest({ preopens: { "/": new MemoryDirectory() } });
  const stat = guest.room(24);
  for (const fd of [0, 1, 2]) {
    guest.must("fd_fdstat_get", fd, stat);
    const seekOrTell = guest.u64(stat + 8) & (1n << 2n | 1n << 5n);
    assert(seekOrTell === 0n, `${fd} could be seeked`);
  }
});
