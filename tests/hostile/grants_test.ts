import { assert, assertEquals, assertMatch } from "@std/assert";
import { type PluginOptions, runScript } from "../../mod.ts";
import { withFile, withFiles } from "../fixtures/files.ts";
import { Collected } from "../fixtures/python.ts";
import { program } from "../fixtures/program.ts";
import { escapingLinks } from "./escaping_links.ts";

/** Run a script with grants; answers what it printed. */
async function outcome(
  source: string,
  grants: NonNullable<PluginOptions["grants"]>,
): Promise<string> {
  const out = new Collected();
  await runScript({ source }, { grants, stdout: out.sink, stderr: out.sink });
  return out.text;
}

Deno.test("a plugin leaves no link behind that leads out of its grant", async () => {
  const tricks = [
    "os.symlink('.', 'a'); os.symlink('a/../../secret', 'l')",
    "os.symlink('.', 'a'); os.symlink('a/a/a/../../../../secret', 'l')",
    "os.makedirs('x/y'); os.symlink('../../in', 'x/y/l'); os.rename('x/y', 'y')",
    "os.makedirs('x/y'); os.symlink('../../in', 'x/y/l'); os.rename('x/y/l', 'l')",
    "os.makedirs('x/y'); os.symlink('../../in', 'x/y/l'); os.link('x/y/l', 'l')",
    "os.makedirs('x/y/z'); os.symlink('../../../in', 'x/y/z/l'); os.rename('x/y', 'y')",
    "os.symlink('../secret', 'l')",
    "os.symlink('/etc/hosts', 'l')",
    "os.mkdir('d'); os.symlink('d/../../secret', 'l')",
  ];
  for (const trick of tricks) {
    await withFiles({ "grant/in": "", "secret": "outside" }, async (dir) => {
      const root = `${await Deno.realPath(dir)}/grant`;
      const source = `import os\nos.chdir(${JSON.stringify(root)})\n` +
        `try:\n    ${trick}\nexcept OSError as error: print(type(error).__name__)\n`;
      const text = await outcome(source, { read: [root], write: [root] });
      assertEquals(escapingLinks(root), [], trick);
      assert(/^(PermissionError|OSError)$/m.test(text), `${trick}: ${text}`);
    });
  }
});

Deno.test("--output is the file that it was before the plugin ran", async () => {
  const source = `import os, sdk
def run_e(payload, ident):
    os.unlink("result.txt")
    os.symlink("other.txt", "result.txt")
    sdk.return_result("from the plugin", ident)
`;
  await withFiles(
    { "p.py": source, "result.txt": "", "other.txt": "kept" },
    async (dir) => {
      const { status } = await program(
        [
          `--allow-read=${dir}`,
          `--allow-write=${dir}`,
          "--output",
          `${dir}/result.txt`,
          `${dir}/p.py`,
          "x",
        ],
      );
      assertEquals(status, 1); // the plugin's own paths are relative to elsewhere
      const own = source.replaceAll(
        '"result.txt"',
        JSON.stringify(`${dir}/result.txt`),
      );
      await Deno.writeTextFile(`${dir}/p.py`, own);
      await program(
        [
          `--allow-read=${dir}`,
          `--allow-write=${dir}`,
          "--output",
          `${dir}/result.txt`,
          `${dir}/p.py`,
          "x",
        ],
      );
      assertEquals(await Deno.readTextFile(`${dir}/other.txt`), "kept");
    },
  );
});

Deno.test("--output leaves no file, and an old one alone, when there is no result", async () => {
  await withFiles(
    { "p.py": "def run_e(p, i): 1 / 0", "old.txt": "old" },
    async (dir) => {
      for (const name of ["new.txt", "old.txt"]) {
        const { status } = await program([
          "--output",
          `${dir}/${name}`,
          `${dir}/p.py`,
          "x",
        ]);
        assertEquals(status, 1);
      }
      assertEquals(await Deno.readTextFile(`${dir}/old.txt`), "old");
      const names = await Array.fromAsync(
        Deno.readDir(dir),
        ({ name }) => name,
      );
      assertEquals(names.sort(), [
        "old.txt",
        "p.py",
      ]);
    },
  );
});

const LOOK = (path: string) =>
  `try: print(open(${
    JSON.stringify(path)
  }).read())\nexcept OSError as error: print(type(error).__name__)\n`;

Deno.test("a denial holds through every mount and link that leads there", async () => {
  await withFiles({ "p/secret/key": "KEY", "p/open": "OPEN" }, async (dir) => {
    const p = `${await Deno.realPath(dir)}/p`;
    await Deno.symlink("p", `${dir}/link`);
    await Deno.symlink("p/secret/key", `${dir}/keylink`);
    const link = `${await Deno.realPath(dir)}/link`;
    const keylink = `${await Deno.realPath(dir)}/keylink`;
    const cases: [
      grants: NonNullable<PluginOptions["grants"]>,
      path: string,
    ][] = [
      [{ read: [p], denyRead: [`${p}/secret`] }, `${p}/secret/key`],
      [
        { mounts: [{ host: p, guest: "/a" }], denyRead: [`${p}/secret`] },
        "/a/secret/key",
      ],
      [{
        mounts: [{ host: `${p}/secret`, guest: "/a" }],
        denyRead: [`${p}/secret`],
      }, "/a/key"],
      [
        { mounts: [{ host: `${p}/secret/key`, guest: "/k" }], denyRead: [p] },
        "/k",
      ],
      [
        { mounts: [{ host: p, guest: "/a" }], denyRead: [`${link}/secret`] },
        "/a/secret/key",
      ],
      [{ read: [link], denyRead: [`${p}/secret`] }, `${link}/secret/key`],
      [{ read: [p], denyRead: [`${link}/secret`] }, `${p}/secret/key`],
      [{ read: [p], denyRead: [keylink] }, `${p}/secret/key`],
      [{ read: [`${p}/secret/key`], denyRead: [keylink] }, `${p}/secret/key`],
    ];
    for (const [grants, path] of cases) {
      const text = await outcome(LOOK(path), grants);
      assertMatch(
        text,
        /^(FileNotFoundError|PermissionError)\n$/,
        JSON.stringify(grants),
      );
    }
    const write =
      `try: open("/a/secret/key", "w").write("x")\nexcept OSError as error: print(type(error).__name__)\n`;
    await outcome(write, {
      mounts: [{ host: p, guest: "/a" }],
      denyWrite: [`${p}/secret`],
    });
    assertEquals(await Deno.readTextFile(`${p}/secret/key`), "KEY");
    assertEquals(
      (await outcome(LOOK("/a/open"), {
        mounts: [{ host: p, guest: "/a" }],
        denyRead: [`${p}/secret`],
      })).trim(),
      "OPEN",
    );
  });
});

Deno.test({
  name: "no grant of a directory means the /proc and /sys in it",
  ignore: Deno.build.os !== "linux", // other systems have neither
  fn: async () => {
    await withFiles({}, async (dir) => {
      await Deno.symlink("/", `${dir}/root`);
      const root = `${await Deno.realPath(dir)}/root`;
      const cases: [
        grants: NonNullable<PluginOptions["grants"]>,
        path: string,
      ][] = [
        [{ read: true }, "/proc/self/environ"],
        [{ read: [root] }, `${root}/proc/self/environ`],
        [
          { mounts: [{ host: "/", guest: "/h", readOnly: true }] },
          "/h/proc/self/environ",
        ],
        [
          { mounts: [{ host: "/", guest: "/h", readOnly: true }] },
          "/h/sys/kernel/ostype",
        ],
      ];
      for (const [grants, path] of cases) {
        assertEquals(
          (await outcome(LOOK(path), grants)).trim(),
          "FileNotFoundError",
          path,
        );
      }
      // Under less than --allow-all Deno itself keeps /proc from everybody.
      const seen = await Deno.readTextFile("/proc/version").catch(() =>
        "PermissionError\n"
      );
      const named = await outcome(LOOK("/proc/version"), {
        read: ["/proc/version"],
      });
      assertEquals(named.trim(), seen.trim());
    });
  },
});

Deno.test("a mount's root that the plugin swaps for a link leads nowhere", async () => {
  const nowhere = Array(4).fill("FileNotFoundError");
  // The link to what was denied is not even made.
  const targets = {
    "secret": ["PermissionError", ...nowhere],
    "data": nowhere,
  };
  for (const [target, expected] of Object.entries(targets)) {
    const files = { "p/pub/a": "", "p/secret/key": "KEY", "p/data/key": "KEY" };
    await withFiles(files, async (dir) => {
      const p = `${await Deno.realPath(dir)}/p`;
      const source = `import os
os.rename(${JSON.stringify(`${p}/pub`)}, ${JSON.stringify(`${p}/old`)})
try: os.symlink("${target}", ${JSON.stringify(`${p}/pub`)})
except OSError as error: print(type(error).__name__)
for look in (os.listdir, os.stat, lambda p: open(p + "/key").read(), lambda p: os.stat(p + "/key")):
    try: print(look("/a"))
    except OSError as error: print(type(error).__name__)
`;
      const text = await outcome(source, {
        read: [p],
        write: [p],
        denyRead: [`${p}/secret`],
        mounts: [{ host: `${p}/pub`, guest: "/a" }],
      });
      assertEquals(text.trim().split("\n"), expected);
    });
  }
});

Deno.test("a file that is made and may not be read takes no descriptor along", async () => {
  await withFiles({}, async (directory) => {
    const path = `${await Deno.realPath(directory)}/f`;
    const source = `import os
for i in range(300):
    try: open(${JSON.stringify(path)}, "w+")
    except PermissionError: pass
    try: os.unlink(${JSON.stringify(path)})
    except FileNotFoundError: pass
print("went well")
`;
    await withFile("leak.py", source, async (script) => {
      const { stdout } = await new Deno.Command("sh", {
        args: [
          "-c",
          'ulimit -n 120; exec "$1" run -A mod.ts --no-cache "--allow-write=$2" "$3" 2>&1',
          "sh",
          Deno.execPath(),
          path,
          script,
        ],
      }).output();
      assertEquals(new TextDecoder().decode(stdout), "went well\n");
    });
  });
});
