import { assertEquals, assertThrows } from "@std/assert";
import {
  MemoryDirectory,
  MemoryFile,
  type TraceCall,
  traceLine,
} from "../../src/wasi/mod.ts";
import { Guest } from "./guest.ts";

function tracing(): [Guest, TraceCall[]] {
  const calls: TraceCall[] = [];
  const guest = new Guest({
    trace: (call) => void calls.push(call),
    preopens: { "/": new MemoryDirectory().set("a", new MemoryFile()) },
  });
  return [guest, calls];
}

Deno.test("a trace tells of each syscall, with paths as text", () => {
  const [guest, calls] = tracing();
  guest.path("path_unlink_file", "none");
  guest.call("path_rename", 3, ...guest.put("a"), 3, ...guest.put("é"));
  guest.call("fd_close", 9);
  assertEquals(calls.map(traceLine), [
    '==> path_unlink_file(fd=3, path="none") <== NOENT',
    '==> path_rename(fd=3, old_path="a", new_fd=3, new_path="é") <== SUCCESS',
    "==> fd_close(fd=9) <== BADF",
  ]);
});

Deno.test("a trace survives a path that can't be read", () => {
  const [guest, calls] = tracing();
  assertEquals(guest.call("path_unlink_file", 3, -1, 5), "FAULT");
  assertEquals(calls.map(traceLine), [
    '==> path_unlink_file(fd=3, path="<5 bytes at 4294967295>") <== FAULT',
  ]);
});

Deno.test("a trace tells of what leaves a syscall otherwise", () => {
  const [guest, calls] = tracing();
  assertThrows(() => guest.call("proc_exit", 3));
  assertEquals(calls.map(traceLine), ["==> proc_exit(rval=3) <== ProcessExit"]);
});

Deno.test("a trace names as many words as each syscall takes", () => {
  const [guest, calls] = tracing();
  const counts: Readonly<Record<string, number>> = {
    "path_open": 9,
    "path_link": 7,
    "poll_oneoff": 4,
    "sock_recv": 6,
    "fd_pread": 5,
    "path_filestat_set_times": 7,
  };
  for (const [name, count] of Object.entries(counts)) {
    guest.call(name, ...Array(count).fill(0));
  }
  const unnamed = calls.filter(({ args }) =>
    Object.keys(args).some((name) => name.startsWith("arg"))
  );
  assertEquals(unnamed, []);
});

Deno.test("a trace names the paths that descriptors were opened by", () => {
  const [guest, calls] = tracing();
  const out = 512;
  guest.call("path_open", 3, 0, ...guest.put("a"), 0, 2n, 0n, 0, out);
  guest.call("fd_tell", 4, out);
  guest.call("fd_renumber", 4, 1);
  guest.call("fd_tell", 1, out);
  guest.call("fd_close", 1);
  guest.call("fd_tell", 1, out);
  guest.call("path_rename", 3, ...guest.put("a"), 3, ...guest.put("b/c"));
  guest.call("path_symlink", ...guest.put("x"), 3, ...guest.put("l"));
  assertEquals(
    calls.map(({ name, paths }) => `${name} ${paths.join(" ")}`.trim()),
    [
      "path_open /a",
      "fd_tell /a",
      "fd_renumber /a",
      "fd_tell /a",
      "fd_close /a",
      "fd_tell",
      "path_rename /a /b/c",
      "path_symlink /l",
    ],
  );
  assertEquals(calls.every(({ duration }) => duration >= 0), true);
});
