/**
 * Files of the host: our WASI host against `node:wasi`.
 *
 * @module
 */

import { OFlags, Rights } from "../src/wasi/abi.ts";
import { milliseconds } from "./clock.ts";
import type { Group, Row, Size } from "./row.ts";
import { AT, type Host, nodeHost, ourHost } from "./wasi_host.ts";

const KIB4 = 4096;
const MIB = 1024 * 1024;
const FOLDERS = 100;
const READ = Rights.FD_READ | Rights.FD_SEEK | Rights.FD_TELL;
const WRITE = READ | Rights.FD_WRITE;

/** How much of each is done in one measurement. */
interface Amount {
  readonly files: number;
  readonly small: number;
  readonly large: number;
}

const AMOUNTS: Readonly<Record<Size, Amount>> = {
  full: { files: 10_000, small: 10_000, large: 200 },
  quick: { files: 2_000, small: 5_000, large: 50 },
  tiny: { files: 100, small: 32, large: 2 },
};

/** Reading, writing, opening and listing. */
export const files: Group = {
  name: "files",
  brief: "files of the host under the WASI host by itself",
  about:
    "Files of the host under the WASI host by itself, called as a guest calls it. `node:wasi` looks at no name on the way and makes sure of nothing afterwards.",
  open: (size) => {
    const root = Deno.realPathSync(Deno.makeTempDirSync());
    const amount = AMOUNTS[size];
    furnish(root, amount.files);
    const hosts = [ourHost(root), nodeHost(root)] as const;
    return Promise.resolve({
      rows: rowsOf(amount, hosts),
      [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
    });
  },
};

function rowsOf(
  { files, small, large }: Amount,
  [ours, peer]: readonly [Host, Host],
): Row[] {
  const row = (name: string, action: (host: Host) => void): Row => ({
    name,
    unit: "ms",
    goals: [{ ratio: 1, against: peer.name }],
    ours: () => milliseconds(() => action(ours)),
    peers: [{
      name: peer.name,
      measure: () => milliseconds(() => action(peer)),
    }],
  });
  return [
    row(`fd_read of 4 KiB, ${small} times`, transfer("fd_read", KIB4, small)),
    row(`fd_write of 4 KiB, ${small} times`, transfer("fd_write", KIB4, small)),
    row(`fd_read of 1 MiB, ${large} times`, transfer("fd_read", MIB, large)),
    row(`fd_write of 1 MiB, ${large} times`, transfer("fd_write", MIB, large)),
    row(`open and close ${files} files`, (host) => openAll(host, files)),
    row(`open, read, close ${files} files`, (host) => readAll(host, files)),
    row(`walk a tree of ${files} files`, (host) => walkAll(host, files)),
  ];
}

function furnish(root: string, files: number): void {
  Deno.writeFileSync(`${root}/big`, new Uint8Array(16 * MIB));
  for (let folder = 0; folder < FOLDERS; folder++) {
    Deno.mkdirSync(`${root}/tree/${folder}`, { recursive: true });
  }
  for (let file = 0; file < files; file++) {
    Deno.writeTextFileSync(`${root}/${pathOf(file)}`, "a few bytes");
  }
}

function pathOf(file: number): string {
  return `tree/${file % FOLDERS}/file-${file}`;
}

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

function openAll(host: Host, files: number): void {
  for (let file = 0; file < files; file++) {
    host.must("fd_close", host.open(3, pathOf(file), 0, READ));
  }
}

function readAll(host: Host, files: number): void {
  host.vector(KIB4);
  for (let file = 0; file < files; file++) {
    const fd = host.open(3, pathOf(file), 0, READ);
    host.must("fd_read", fd, AT.vector, 1, AT.result);
    host.must("fd_close", fd);
  }
}

function walkAll(host: Host, files: number): void {
  const count = walk(host, "tree");
  if (count === files + FOLDERS) return;
  throw new Error(
    `${host.name} found ${count} of ${files + FOLDERS} entries`,
  );
}

function walk(host: Host, path: string): number {
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
