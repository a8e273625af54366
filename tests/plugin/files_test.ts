import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { PermissionError, type PluginOptions, runScript } from "../../mod.ts";
import { withFiles } from "../fixtures/files.ts";
import { Collected } from "../fixtures/python.ts";

/** Functions for the scripts below: each prints one word about one path. */
const TRIES = `
import errno, os, shutil, sys, tempfile
def _write(path, text):
    with open(path, "w") as file: return file.write(text)
def tried(what):
    try: return what()
    except OSError as error:
        return errno.errorcode[error.errno]
def read(path): return tried(lambda: open(path).read())
def write(path, text="new"): return tried(lambda: _write(path, text))
def names(path): return tried(lambda: " ".join(sorted(os.listdir(path))))
`;

/** What a script printed, line by line. */
async function printed(
  script: string,
  options: PluginOptions,
): Promise<string[]> {
  const stdout = new Collected();
  const source = TRIES + script;
  const settings = { ...options, stdout: stdout.sink };
  assertEquals(await runScript({ source }, settings), 0);
  return stdout.text.trimEnd().split("\n");
}

const FILES = {
  "p/data/in.csv": "1,2",
  "p/data/secret/key": "k",
  "p/out/old.txt": "old",
  "canary.txt": "outside",
};

Deno.test("nothing of the host is there unless it is granted", async () => {
  await withFiles(FILES, async (dir) => {
    const script = `
print(names("/"), os.getcwd())
for path in ("canary.txt", "p", "p/data/in.csv"):
    print(read("${dir}/" + path), names("${dir}/" + path))
print(write("${dir}/new.txt"), write("/new.txt"), write("/tmp/x"))
`;
    assertEquals(await printed(script, {}), [
      "dev plugin python /",
      "ENOENT ENOENT",
      "ENOENT ENOENT",
      "ENOENT ENOENT",
      "ENOENT EACCES ENOENT",
    ]);
  });
});

Deno.test("a granted directory has the host's path, and shows nothing beside it", async () => {
  await withFiles(FILES, async (dir) => {
    const grants = {
      read: [`${dir}/p`],
      denyRead: [`${dir}/p/data/secret`],
      write: [`${dir}/p/out`],
    };
    const script = `
os.chdir("${dir}/p")
print(names(".."), names("."), names("data"))
print(read("data/in.csv"), write("data/in.csv"), read("../canary.txt"))
print(read("data/secret/key"), write("data/secret/key"), os.path.exists("data/secret"))
print(write("out/new.txt"), read("out/new.txt"), names("out"))
os.remove("out/new.txt"); os.mkdir("out/d"); os.rename("out/old.txt", "out/d/o")
print(names("out"), read("out/d/o"), tried(lambda: os.remove("data/in.csv")))
`;
    assertEquals(await printed(script, { grants }), [
      "p data out in.csv",
      "1,2 EACCES ENOENT",
      "ENOENT ENOENT False",
      "3 new new.txt old.txt",
      "d old EACCES",
    ]);
    assertEquals(await Deno.readTextFile(`${dir}/p/out/d/o`), "old");
    assertEquals(await Deno.readTextFile(`${dir}/p/data/in.csv`), "1,2");
  });
});

Deno.test("a granted file is there alone, whether it exists yet or not", async () => {
  await withFiles(FILES, async (dir) => {
    const grants = {
      read: [`${dir}/p/data/in.csv`, `${dir}/p/report`],
      write: [`${dir}/p/report`],
    };
    const script = `
os.chdir("${dir}/p")
print(names("."), names("data"), read("report"))
print(write("report", "done"), read("report"), names("."))
print(write("other"), write("data/in.csv"), read("out/old.txt"))
`;
    assertEquals(await printed(script, { grants }), [
      "data in.csv ENOENT",
      "4 done data report",
      "EACCES EACCES ENOENT",
    ]);
    assertEquals(await Deno.readTextFile(`${dir}/p/report`), "done");
  });
});

Deno.test("write without read lets make and change, not see", async () => {
  await withFiles(FILES, async (dir) => {
    const script = `
print(write("${dir}/p/out/new"), read("${dir}/p/out/old.txt"), names("${dir}/p/out"))`;
    const grants = { write: [`${dir}/p/out`] };
    assertEquals(await printed(script, { grants }), ["3 EACCES EACCES"]);
    assertEquals(await Deno.readTextFile(`${dir}/p/out/new`), "new");
  });
});

Deno.test("a granted path that is a link is its target; links inside lead nowhere else", async () => {
  await withFiles(FILES, async (dir) => {
    await Deno.symlink(`${dir}/p/data`, `${dir}/link`);
    await Deno.symlink(`${dir}/canary.txt`, `${dir}/p/data/out`);
    await Deno.symlink("in.csv", `${dir}/p/data/in`);
    const script = `
print(names("${dir}"), names("${dir}/link"))
print(read("${dir}/link/in"), read("${dir}/link/out"))`;
    const grants = { read: [`${dir}/link`] };
    assertEquals(await printed(script, { grants }), [
      "link in in.csv out secret",
      "1,2 EPERM",
    ]);
  });
});

Deno.test("a mount has the guest's name, and ro holds", async () => {
  await withFiles(FILES, async (dir) => {
    const mounts = [
      { host: `${dir}/p/data`, guest: "/data", readOnly: true },
      { host: `${dir}/p/out`, guest: "/data/out" },
      { host: `${dir}/canary.txt`, guest: "/one/file", readOnly: true },
    ];
    const script = `
print(names("/"), names("/data"), names("/one"))
print(read("/data/in.csv"), write("/data/in.csv"), write("/data/new"))
print(write("/data/out/new"), names("/data/out"))
print(read("/one/file"), write("/one/file"), names("${dir}"))`;
    assertEquals(await printed(script, { grants: { mounts } }), [
      "data dev one plugin python in.csv out secret file",
      "1,2 EACCES EACCES",
      "3 new old.txt",
      "outside EACCES ENOENT",
    ]);
  });
});

Deno.test("a mount of what is not there is one clear error", async () => {
  const mounts = [{ host: "/nowhere/at/all", guest: "/data" }];
  await assertRejects(
    () => printed("print()", { grants: { mounts } }),
    PermissionError,
    'Cannot mount "/nowhere/at/all" at "/data": there is no such file',
  );
});

Deno.test("/tmp in memory works, ends at its size, and leaves nothing behind", async () => {
  const script = `
with tempfile.TemporaryDirectory() as path:
    print(path.startswith("/tmp/"), write(path + "/a", "x" * 1000))
    shutil.copytree(path, "/tmp/copy"); print(names("/tmp/copy"))
print(names("/tmp"), write("/tmp/big", "x" * 10_000), tempfile.gettempdir())`;
  assertEquals(await printed(script, { grants: { tmp: 8000 } }), [
    "True 1000",
    "a",
    "copy ENOSPC /tmp",
  ]);
});

Deno.test("a path granted inside /tmp in memory lies in it", async () => {
  const dir = await Deno.makeTempDir({ dir: "/tmp" });
  try {
    await Deno.writeTextFile(`${dir}/canary.txt`, "outside");
    const name = dir.slice("/tmp/".length);
    const script = `
print(names("/tmp"), write("/tmp/a"), os.path.exists("/tmp/a"))
print(read("${dir}/canary.txt"), write("${dir}/x"))`;
    const grants = { tmp: true, read: [dir] } as const;
    assertEquals(await printed(script, { grants }), [
      `${name} 3 True`,
      "outside EACCES",
    ]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("everything may be granted, but not what is always there", async () => {
  await withFiles(FILES, async (dir) => {
    const script = `
print(read("${dir}/canary.txt"), write("${dir}/new"), read("/proc/self/environ"))
print(names("/plugin"), names("/dev"), tried(lambda: os.rmdir("/plugin")))`;
    const grants = { read: true, write: true } as const;
    assertEquals(await printed(script, { grants }), [
      "outside 3 ENOENT",
      "plugin.py null random urandom EBUSY",
    ]);
    assertEquals(await Deno.readTextFile(`${dir}/new`), "new");
  });
});

Deno.test("the environment is exactly what was granted", async () => {
  const script = "print(sorted(os.environ.items()))";
  assertEquals(await printed(script, {}), ["[]"]);
  const env = { CITY: "Oslo", EMPTY: "", NO_SUCH_VARIABLE: true } as const;
  assertEquals(
    await printed(script, { grants: { env } }),
    ["[('CITY', 'Oslo'), ('EMPTY', '')]"],
  );
});

Deno.test("a script sees what Python says about a refusal", async () => {
  await withFiles(FILES, async (dir) => {
    const stderr = new Collected();
    const source = `open("${dir}/p/data/in.csv", "w")`;
    const grants = { read: [`${dir}/p`] };
    await runScript({ source }, { grants, stderr: stderr.sink });
    assertStringIncludes(
      stderr.text,
      `PermissionError: [Errno 2] Permission denied: '${dir}/p/data/in.csv'`,
    );
  });
});

Deno.test("os.access() and os.chmod() are about the file, not about the root", async () => {
  await withFiles(
    { "ro/f": "", "rw/f": "", "wo/f": "", "rw/no/f": "" },
    async (made) => {
      const root = await Deno.realPath(made);
      const script = `
def may(path): return "".join(
    letter if os.access(path, how) else "-"
    for letter, how in (("f", os.F_OK), ("r", os.R_OK), ("w", os.W_OK)))
os.chdir(${JSON.stringify(root)})
for path in ("ro", "ro/f", "rw", "rw/f", "wo", "wo/f", "rw/no", "rw/no/f",
             "none", "rw/none", "/", "/plugin", "/tmp", "/dev/null"):
    print(path, may(path))
for path in ("ro/f", "rw/f", "rw", "none", "rw/none", "/etc/passwd"):
    print(path, tried(lambda: os.chmod(path, 0o600)))
`;
      const read = [`${root}/ro`, `${root}/rw`];
      const write = [`${root}/rw`, `${root}/wo`];
      const denyWrite = [`${root}/rw/no`];
      const grants = { read, write, denyWrite, tmp: true } as const;
      assertEquals(await printed(script, { grants }), [
        "ro fr-",
        "ro/f fr-",
        "rw frw",
        "rw/f frw",
        "wo f-w",
        "wo/f f-w",
        "rw/no fr-",
        "rw/no/f fr-",
        "none ---",
        "rw/none ---",
        "/ fr-",
        "/plugin fr-",
        "/tmp frw",
        "/dev/null frw",
        "ro/f None",
        "rw/f None",
        "rw None",
        "none ENOENT",
        "rw/none ENOENT",
        "/etc/passwd ENOENT",
      ]);
    },
  );
});
