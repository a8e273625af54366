/**
 * One of CPython's test modules in one guest, as a program of its own, so
 * that a test that never ends ends only this:
 * `cpython_module.ts LIB_TEST KIND NAME`.
 *
 * @module
 */

import {
  type Directory,
  HostDirectory,
  MemoryDirectory,
  MountDirectory,
} from "../../src/wasi/mod.ts";
import { PythonGuest } from "../fixtures/python_guest.ts";

async function main(library: string, kind: string, name: string) {
  const source = await Deno.readTextFile(
    new URL("cpython.py", import.meta.url),
  );
  using guest = await PythonGuest.start(source, {
    args: ["/plugin/main.py", name],
    env: { TMPDIR: "/tmp" },
    stdout: "inherit",
    stderr: "inherit",
  });
  const tests = new HostDirectory(await Deno.realPath(library));
  guest.root.set("cpython", new MountDirectory().set("test", tests));
  const scratch = await Deno.realPath(await Deno.makeTempDir());
  try {
    guest.root.set("tmp", temporary(kind, scratch));
    Deno.exitCode = await guest.script();
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

function temporary(kind: string, scratch: string): Directory {
  if (kind === "memory") return new MemoryDirectory({ quota: 1 << 28 });
  return new HostDirectory(scratch, { access: { read: true, write: true } });
}

if (import.meta.main) {
  const [library = "", kind = "", name = ""] = Deno.args;
  await main(library, kind, name);
}
