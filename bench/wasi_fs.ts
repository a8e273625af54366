/**
 * Files of the host, this project's against `node:wasi`, in one run and in
 * alternation: `deno run -A bench/wasi_fs.ts`. Each line is a ratio: below 1
 * this project is faster.
 *
 * @module
 */

import { WASI } from "node:wasi";
import { ALL_RIGHTS, OFlags, Rights } from "../src/wasi/abi.ts";
import { Context, HostDirectory } from "../src/wasi/mod.ts";

const FILES = 10_000;
const FOLDERS = 100;
const ROUNDS = 7;
const KIB4 = 4096;
const MIB = 1024 * 1024;
/** Where things lie in the guest's memory. */
const AT = {
  path: 1024,
  vector: 2048,
  result: 3072,
  stat: 3200,
  buffer: 65_536,
} as const;

/** A module with nothing but 4 MiB of memory. */
const MODULE = new WebAssembly.Module(
  Uint8Array.of(
    ...[0, 97, 115, 109, 1, 0, 0, 0, 5, 3, 1, 0, 64, 7, 10, 1, 6],
    ...new TextEncoder().encode("memory"),
    ...[2, 0],
  ),
);

type Syscalls = Record<string, (...words: (number | bigint)[]) => number>;

/** One host: its syscalls, and the memory that they see. */
class Host {
  readonly name: string;
  readonly #calls: Syscalls;
  readonly #memory: WebAssembly.Memory;

  constructor(name: string, calls: Syscalls, memory: WebAssembly.Memory) {
    this.name = name;
    this.#calls = calls;
    this.#memory = memory;
  }

  must(name: string, ...words: (number | bigint)[]): void {
    const errno = this.#calls[name]?.(...words);
    if (errno !== 0) throw new Error(`${this.name}: ${name}() gave ${errno}`);
  }

  word(ptr: number): number {
    return new DataView(this.#memory.buffer).getUint32(ptr, true);
  }

  open(from: number, path: string, oflags: number, rights: number): number {
    const bytes = new Uint8Array(this.#memory.buffer, AT.path, 256);
    const { written } = new TextEncoder().encodeInto(path, bytes);
    const all = BigInt(ALL_RIGHTS & ~Rights.SOCK_ACCEPT);
    const words = [from, 1, AT.path, written, oflags, BigInt(rights), all, 0];
    this.must("path_open", ...words, AT.result);
    return this.word(AT.result);
  }

  vector(size: number): void {
    new Uint32Array(this.#memory.buffer, AT.vector, 2).set([AT.buffer, size]);
  }

  stat(from: number, path: string): void {
    const bytes = new Uint8Array(this.#memory.buffer, AT.path, 256);
    const { written } = new TextEncoder().encodeInto(path, bytes);
    this.must("path_filestat_get", from, 0, AT.path, written, AT.stat);
  }

  /**
   * Names and types, as wasi-libc reads them: it asks for the serial number
   * of an entry that came without one, as all of `node:wasi` do.
   */
  *entries(fd: number): Iterable<{ name: string; type: number }> {
    let cookie = 0n;
    for (let used = KIB4; used === KIB4;) {
      this.must("fd_readdir", fd, AT.buffer, KIB4, cookie, AT.result);
      used = this.word(AT.result);
      const bytes = new Uint8Array(this.#memory.buffer, AT.buffer, used)
        .slice();
      const view = new DataView(bytes.buffer);
      for (let at = 0; at + 24 <= used;) {
        const end = at + 24 + view.getUint32(at + 16, true);
        if (end > used) break;
        const name = new TextDecoder().decode(bytes.subarray(at + 24, end));
        if (view.getBigUint64(at + 8, true) === 0n) this.stat(fd, name);
        yield { name, type: view.getUint8(at + 20) };
        cookie = view.getBigUint64(at, true);
        at = end;
      }
    }
  }
}

function ours(path: string): Host {
  const access = { read: true, write: true };
  const directory = new HostDirectory(path, { access });
  const context = new Context({ preopens: { "/": directory } });
  const instance = new WebAssembly.Instance(MODULE);
  context.initialize(instance);
  return hostOf("py-plugin", context.imports, instance);
}

function nodes(path: string): Host {
  const wasi = new WASI({ version: "preview1", preopens: { "/": path } });
  const instance = new WebAssembly.Instance(MODULE);
  wasi.initialize(instance);
  return hostOf("node:wasi", wasi.wasiImport, instance);
}

function hostOf(
  name: string,
  calls: object,
  { exports }: WebAssembly.Instance,
): Host {
  return new Host(name, calls as Syscalls, exports["memory"] as never);
}

const READ = Rights.FD_READ | Rights.FD_SEEK | Rights.FD_TELL;
const WRITE = READ | Rights.FD_WRITE;

function transfer(name: "fd_read" | "fd_write", size: number, count: number) {
  return (host: Host) => {
    const fd = host.open(3, "big", 0, WRITE);
    host.vector(size);
    for (let each = 0; each < count; each++) {
      if (each % 16 === 0) host.must("fd_seek", fd, 0n, 0, AT.result);
      host.must(name, fd, AT.vector, 1, AT.result);
    }
    host.must("fd_close", fd);
  };
}

function openAll(host: Host): void {
  for (let file = 0; file < FILES; file++) {
    const path = `tree/${file % FOLDERS}/file-${file}`;
    host.must("fd_close", host.open(3, path, 0, READ));
  }
}

function readAll(host: Host): void {
  host.vector(KIB4);
  for (let file = 0; file < FILES; file++) {
    const path = `tree/${file % FOLDERS}/file-${file}`;
    const fd = host.open(3, path, 0, READ);
    host.must("fd_read", fd, AT.vector, 1, AT.result);
    host.must("fd_close", fd);
  }
}

function walk(host: Host, path = "tree"): number {
  const rights = Rights.FD_READDIR | Rights.PATH_OPEN |
    Rights.PATH_FILESTAT_GET;
  const fd = host.open(3, path, OFlags.DIRECTORY, rights);
  let count = 0;
  for (const { name, type } of [...host.entries(fd)]) {
    if (name === "." || name === "..") continue;
    count++;
    if (type === 3) count += walk(host, `${path}/${name}`);
  }
  host.must("fd_close", fd);
  return count;
}

function walkAll(host: Host): void {
  const count = walk(host);
  if (count !== FILES + FOLDERS) {
    throw new Error(
      `${host.name} found ${count} of ${FILES + FOLDERS} entries`,
    );
  }
}

const CASES: Readonly<Record<string, (host: Host) => void>> = {
  "fd_read, 4 KiB": transfer("fd_read", KIB4, 10_000),
  "fd_write, 4 KiB": transfer("fd_write", KIB4, 10_000),
  "fd_read, 1 MiB": transfer("fd_read", MIB, 200),
  "fd_write, 1 MiB": transfer("fd_write", MIB, 200),
  "open and close 10 000 files": openAll,
  "open, read and close 10 000 files": readAll,
  "walk a tree of 10 000 files": walkAll,
};

function time(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

function furnish(root: string): void {
  Deno.writeFileSync(`${root}/big`, new Uint8Array(16 * MIB));
  for (let folder = 0; folder < FOLDERS; folder++) {
    Deno.mkdirSync(`${root}/tree/${folder}`, { recursive: true });
  }
  for (let file = 0; file < FILES; file++) {
    const path = `${root}/tree/${file % FOLDERS}/file-${file}`;
    Deno.writeTextFileSync(path, "a few bytes");
  }
}

/** The best of a few rounds of each; a host that can't do it has none. */
function compare(action: (host: Host) => void, hosts: readonly Host[]) {
  const best = hosts.map(() => Infinity);
  const failed = hosts.map((): string | undefined => undefined);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, host] of hosts.entries()) {
      if (failed[index] !== undefined) continue;
      try {
        const taken = time(() => action(host));
        best[index] = Math.min(best[index] ?? taken, taken);
      } catch (error) {
        failed[index] = String(error);
      }
    }
  }
  return { best, failed };
}

function main(): void {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  try {
    furnish(root);
    const hosts = [ours(root), nodes(root)];
    for (const [name, action] of Object.entries(CASES)) {
      const { best, failed } = compare(action, hosts);
      const [mine = 0, other = 0] = best;
      const ratio = failed[1] ?? `${(mine / other).toFixed(2)}x node:wasi`;
      const times = best.map((each) => `${each.toFixed(1)} ms`).join(" / ");
      // deno-lint-ignore no-console -- a benchmark prints
      console.log(`${name.padEnd(36)} ${times.padEnd(24)} ${ratio}`);
      if (failed[0] !== undefined) throw new Error(failed[0]);
    }
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

if (import.meta.main) main();
