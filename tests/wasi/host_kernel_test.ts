import { assert, assertEquals } from "@std/assert";
import { OpenFiles } from "../../src/wasi/host_anchor.ts";
import { Kernel, O } from "../../src/wasi/host_kernel.ts";
import { errnoName, HostBudget, HostDirectory } from "../../src/wasi/mod.ts";
import { Guest } from "./guest.ts";
import { HostTree } from "./host_tree.ts";

/** What the rest of these tests needs; `tests/wasi/host_openat_test.ts` has it. */
const ignore = !OpenFiles.available();

/** More looks than a guest makes before the kernel is asked. */
const MANY = 200;

function loaded(): Kernel {
  const kernel = Kernel.load();
  assert(kernel !== null);
  return kernel;
}

/** A guest whose names the kernel looks up already. */
function busyGuest(tree: HostTree): Guest {
  const budget = new HostBudget();
  const access = { read: true, write: true };
  const root = new HostDirectory(tree.mount, { access, budget });
  const guest = new Guest({ preopens: { "/": root } });
  for (let look = 0; look < MANY; look++) guest.stat("x");
  guest.reset();
  assert(budget.kernel !== undefined);
  return guest;
}

/** What a file says, or the name of the errno. */
function read(guest: Guest, path: string): string {
  const fd = guest.tryOpen(path);
  if (typeof fd === "string") return fd;
  const text = guest.read(fd, 64);
  guest.must("fd_close", fd);
  return text;
}

Deno.test("the kernel and Deno tell the same of all kinds of files", {
  ignore,
}, () => {
  using tree = new HostTree();
  const kernel = loaded();
  const path = `${tree.mount}/file`;
  Deno.writeTextFileSync(path, "five!");
  Deno.utimeSync(path, -1.5, 1_700_000_000.123);
  Deno.symlinkSync("file", `${tree.mount}/link`);
  for (const path of ["file", "link", ".", "../outside/b"]) {
    const at = `${tree.mount}/${path}`;
    const fd = kernel.open(at, O.PATH | O.NOFOLLOW);
    const mine = kernel.look(fd);
    kernel.close(fd);
    const denos = Deno.lstatSync(at);
    for (const name of Object.keys(denos) as (keyof Deno.FileInfo)[]) {
      if (mine === undefined || !(name in mine)) continue;
      assertEquals(mine[name as keyof typeof mine], denos[name], name);
    }
    assertEquals(mine?.atime, denos.atime ?? undefined);
  }
  for (const at of ["/dev/null", "/dev/fd", "/proc/self/exe"]) {
    const mine = kernel.lookAt(at, -100);
    const { isCharDevice, isSymlink, ino } = Deno.lstatSync(at);
    assertEquals([mine?.isCharDevice, mine?.isSymlink], [
      isCharDevice,
      isSymlink,
    ]);
    if (!at.startsWith("/proc")) assertEquals(mine?.ino, ino);
  }
});

Deno.test("the kernel opens nothing through a link or above the root", {
  ignore,
}, () => {
  using tree = new HostTree();
  const kernel = loaded();
  Deno.mkdirSync(`${tree.mount}/d`);
  Deno.symlinkSync("../../outside", `${tree.mount}/d/out`);
  Deno.symlinkSync("/proc/self/root", `${tree.mount}/d/root`);
  const root = kernel.open(tree.mount, O.PATH | O.DIRECTORY);
  const paths = ["../outside/canary", "d/../../outside/canary", "d/out/canary"];
  for (const path of [...paths, "/etc/passwd", "d/root/etc/passwd"]) {
    assert(kernel.open(path, O.RDONLY, root) < 0, path);
  }
  const fd = kernel.open("d/out", O.PATH | O.NOFOLLOW, root);
  assertEquals(kernel.look(fd)?.isSymlink, true);
  assert(kernel.open(`${tree.mount}/d/out/canary`, O.RDONLY) < 0);
  for (const each of [root, fd]) kernel.close(each);
});

Deno.test("a path that is too long for the kernel is one, in any script", {
  ignore,
}, () => {
  const kernel = loaded();
  for (const name of ["a/", "é/", "語/"]) {
    assert(kernel.open(name.repeat(4096), O.PATH) < 0);
    assertEquals(errnoName(kernel.errno), "NAMETOOLONG");
  }
});

Deno.test(
  "a guest that looks at many names opens, reads and writes as before",
  {
    ignore,
  },
  () => {
    using tree = new HostTree();
    Deno.mkdirSync(`${tree.mount}/d/e`, { recursive: true });
    Deno.writeTextFileSync(`${tree.mount}/d/e/füßé`, "inside");
    Deno.symlinkSync("e/füßé", `${tree.mount}/d/l`);
    const guest = busyGuest(tree);
    using _fds = guest.context.fds;
    for (const path of ["d/e/füßé", "d/l", "d/./e/../l"]) {
      assertEquals(read(guest, path), "inside", path);
    }
    assertEquals(read(guest, "d/x/y"), "NOENT");
    assertEquals(read(guest, "d/l/y"), "NOTDIR");
    assertEquals(read(guest, "../outside/canary"), "PERM");
  },
);

Deno.test("no device or FIFO is opened, and nobody waits for one", {
  ignore,
}, async () => {
  using tree = new HostTree();
  const { success } = await new Deno.Command("mkfifo", {
    args: [`${tree.mount}/fifo`],
  }).output();
  assert(success);
  const guest = busyGuest(tree);
  using _fds = guest.context.fds;
  assertEquals(read(guest, "fifo"), "ACCES");
});

Deno.test("a root that was moved is not there in the guest's next turn", {
  ignore,
}, async () => {
  using tree = new HostTree();
  await Deno.writeTextFile(`${tree.mount}/canary`, "inside");
  const guest = busyGuest(tree);
  using _fds = guest.context.fds;
  const during = swapped(tree, () => read(guest, "canary"));
  await Promise.resolve();
  const after = swapped(tree, () => read(guest, "canary"));
  assertEquals([during, after], ["inside", "NOENT"]);
});

Deno.test("a file that is read again and again is read on where it was", {
  ignore,
}, () => {
  using tree = new HostTree();
  const lines = Array.from({ length: 400 }, (_, line) => `${line}`.padEnd(8));
  Deno.writeTextFileSync(`${tree.mount}/file`, lines.join(""));
  const guest = new Guest({ preopens: { "/": tree.directory() } });
  using _fds = guest.context.fds;
  const fd = guest.open("file");
  const moved = guest.open("file");
  Deno.renameSync(`${tree.mount}/file`, `${tree.mount}/other`);
  Deno.writeTextFileSync(`${tree.mount}/file`, "another".repeat(500));
  for (const line of lines) {
    assertEquals([guest.read(fd, 8), guest.read(moved, 8)], [line, line]);
    guest.reset();
  }
});

/** Do something while the root and what is outside have changed places. */
function swapped<T>(tree: HostTree, action: () => T): T {
  const change = () => {
    Deno.renameSync(tree.mount, `${tree.top}/third`);
    Deno.renameSync(tree.outside, tree.mount);
    Deno.renameSync(`${tree.top}/third`, tree.outside);
  };
  change();
  try {
    return action();
  } finally {
    change();
  }
}
