import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { PermissionError } from "../../src/errors.ts";
import {
  type GrantOptions,
  hostNames,
  parseGrants,
  reachAt,
} from "../../src/plugin/grants.ts";
import { grantsVariable } from "../../src/plugin/environment.ts";
import { hostPath, namesOf } from "../../src/plugin/host_path.ts";
import { workingDirectory } from "../../src/plugin/working_directory.ts";

const HOME = { cwd: "/proj", windows: false };

/** `r`, `w`, `rw` or `-` for each path. */
function reaches(options: GrantOptions, ...paths: string[]): string {
  const grants = parseGrants(options, HOME);
  return paths.map((path) => {
    const { read, write } = reachAt(grants, namesOf(path, HOME));
    return `${read ? "r" : ""}${write ? "w" : ""}` || "-";
  }).join(" ");
}

Deno.test("a grant holds for its path and all below, and for nothing else", () => {
  const grants = { read: ["data", "/etc/hosts"], write: ["data/out"] };
  const paths = ["/", "/proj", "data", "data/a/b", "/etc/hosts", "/etc"];
  assertEquals(reaches(grants, ...paths), "- - r r r -");
  assertEquals(reaches(grants, "data/out", "data/out/x", "data2"), "rw rw -");
  assertEquals(reaches({ write: ["out"] }, "out/x"), "w");
  assertEquals(reaches({}, "/", "/proj"), "- -");
});

Deno.test("a denial wins over every grant, above and below it", () => {
  const grants = { read: ["."], denyRead: [".git"], write: ["."] };
  assertEquals(reaches(grants, "a", ".git", ".git/config"), "rw w w");
  const below = { read: ["/proj/a"], denyRead: ["/proj"] };
  assertEquals(reaches(below, "a"), "-");
  assertEquals(reaches({ read: true, denyWrite: ["/"] }, "/x"), "r");
});

Deno.test("everything does not mean /proc and /sys, unless they are named", () => {
  const paths = ["/", "/a", "/proc/self/environ", "/sys"];
  assertEquals(reaches({ read: true, write: true }, ...paths), "rw rw - -");
  assertEquals(
    reaches({ read: [".."], write: ["/proc/self"] }, ...paths),
    "r r w -",
  );
});

Deno.test("paths are relative to the working directory, and .. is taken away", () => {
  assertEquals(reaches({ read: ["../a/./b//c/.."] }, "/a/b", "/a"), "r -");
  assertEquals(
    reaches({ read: [new URL("file:///a%20b")] }, "/a b", "/a"),
    "r -",
  );
  const windows = { cwd: "C:\\home\\me", windows: true };
  assertEquals(namesOf("data\\x", windows), ["C:", "home", "me", "data", "x"]);
  assertEquals(namesOf("D:/a/..\\b", windows), ["D:", "b"]);
  assertEquals(hostPath(["C:", "a", "b"], windows), "C:\\a\\b");
  assertEquals(hostPath(["C:"], windows), "C:\\");
});

Deno.test("without a working directory only absolute paths are paths", () => {
  const gone = { cwd: undefined, windows: false };
  assertEquals(workingDirectory(parseGrants({ read: ["/a"] }, gone)), "/");
  assertThrows(
    () => parseGrants({ read: ["a"] }, gone),
    TypeError,
    'Cannot use "a" as a path: the working directory',
  );
});

Deno.test("a mount has a name of its own, and a read-only mark", () => {
  const grants = {
    mounts: [{ host: "in", guest: "/data", readOnly: true }, {
      host: "/var/out",
      guest: "/out/",
    }],
    tmp: 10,
  };
  assertEquals(reaches(grants, "/data/x", "/out/x", "/tmp/x"), "r rw rw");
  assertEquals(reaches(grants, "in", "/var/out"), "- -");
  const parsed = parseGrants(grants, HOME);
  assertEquals(hostNames(parsed, ["data", "x"]), ["proj", "in", "x"]);
  assertEquals(hostNames(parsed, ["tmp", "x"]), undefined);
  assertEquals(hostNames(parsed, ["etc"]), ["etc"]);
});

Deno.test("a path granted inside /tmp in memory is the host's", () => {
  const grants = { tmp: true, read: ["/tmp/in"], denyRead: ["/tmp/in/x"] };
  assertEquals(
    reaches(grants as GrantOptions, "/tmp", "/tmp/in", "/tmp/in/x", "/tmp/y"),
    "rw r - rw",
  );
});

Deno.test("what the guest always has cannot be hidden", () => {
  const cases: [GrantOptions, string][] = [
    [
      { read: ["/plugin/x"] },
      'Cannot grant read access to "/plugin/x": in the guest "/plugin" is py-plugin\'s own; mount it under another name',
    ],
    [{ write: ["/dev"] }, 'Cannot grant write access to "/dev"'],
    [
      { mounts: [{ host: "a", guest: "/python/lib" }] },
      'Cannot mount at "/python/lib": it lies in "/python", which is py-plugin\'s own; choose another guest path',
    ],
    [{ mounts: [{ host: "a", guest: "/" }] }, 'Cannot mount at "/": it is the'],
    [
      {
        mounts: [{ host: "a", guest: "/d" }, { host: "b", guest: "/d/" }],
      },
      'Cannot mount at "/d": it is a mount of "/proj/a"',
    ],
    [
      { mounts: [{ host: "a", guest: "/tmp" }], tmp: true },
      'Cannot mount at "/tmp": it is the directory in memory',
    ],
    [{ read: ["/tmp"], tmp: true }, 'in the guest "/tmp" is the directory in'],
    [
      { read: ["/d/x"], mounts: [{ host: "a", guest: "/d" }] },
      'in the guest "/d" is a mount of "/proj/a"',
    ],
  ];
  for (const [options, message] of cases) {
    const error = assertThrows(
      () => parseGrants(options, HOME),
      PermissionError,
    );
    assertStringIncludes(error.message, message);
  }
});

Deno.test("words that cannot be grants are wrong arguments", () => {
  const cases: unknown[] = [
    { read: [""] },
    { read: "data" },
    { denyread: ["x"] },
    { net: true },
    { read: ["a\0b"] },
    { read: [new URL("https://example.com/x")] },
    { mounts: [{ host: "a", guest: "data" }] },
    { mounts: [{ host: "a", guest: "/data/../dev" }] },
    { tmp: -1 },
    { tmp: 1.5 },
    { env: [""] },
    { env: ["A=B"] },
    { env: ["A*B"] },
    { env: { "A*": "b" } },
  ];
  for (const options of cases) {
    assertThrows(
      () => parseGrants(options as GrantOptions, HOME),
      TypeError,
      "Cannot",
      JSON.stringify(options),
    );
  }
});

Deno.test("variables are granted by name, by how they start, or all", () => {
  const granted = (env: GrantOptions["env"], denyEnv: string[] = []) =>
    ["HOME", "AWS_KEY", "AWS"].filter((name) =>
      grantsVariable(parseGrants({ env, denyEnv } as GrantOptions, HOME), name)
    ).join(" ");
  assertEquals(granted(["HOME"]), "HOME");
  assertEquals(granted(["AWS_*", "NO"]), "AWS_KEY");
  assertEquals(granted({ AWS: "x", HOME: true }), "HOME AWS");
  assertEquals(granted(true), "HOME AWS_KEY AWS");
  assertEquals(granted([]), "");
  assertEquals(granted(true, ["AWS"]), "HOME AWS_KEY");
  assertEquals(granted(["AWS*", "HOME"], ["AWS_*", "HOME"]), "AWS");
  assertEquals(granted({ AWS: "x", HOME: true }, ["*"]), "AWS");
});

Deno.test("the working directory is the user's in a grant or on the way to one", () => {
  const cwd = (options: GrantOptions, at = "/proj") =>
    workingDirectory(parseGrants(options, { cwd: at, windows: false }));
  assertEquals(cwd({}), "/");
  assertEquals(cwd({ read: ["data/in.csv"] }), "/proj");
  assertEquals(cwd({ read: ["/"] }), "/proj");
  assertEquals(cwd({ write: [".."] }), "/proj");
  assertEquals(cwd({ read: ["/etc"] }), "/");
  assertEquals(cwd({ read: ["/a"], denyRead: ["/a/b"] }, "/a/b/c"), "/");
  assertEquals(cwd({ denyRead: ["x"] }), "/");
  assertEquals(cwd({ mounts: [{ host: "x", guest: "/proj/d" }] }), "/proj");
  assertEquals(cwd({}, "/plugin"), "/");
  assertEquals(cwd({ tmp: true }, "/tmp/x"), "/");
  assertEquals(cwd({ tmp: true, read: ["in"] }, "/tmp/x"), "/tmp/x");
  assertEquals(cwd({ mounts: [{ host: ".", guest: "/proj" }] }), "/proj");
  assertEquals(cwd({ mounts: [{ host: "x", guest: "/proj" }] }), "/");
});

/** The rule in words: allowed above or here, denied neither above nor here. */
function slowly(options: GrantOptions, path: string): string {
  const covers = (paths: GrantOptions["read"]) =>
    (paths === true ? ["/"] : paths ?? []).some((each) =>
      each === "/" || path === each || path.startsWith(`${each}/`)
    );
  const read = covers(options.read) && !covers(options.denyRead);
  const write = covers(options.write) && !covers(options.denyWrite);
  return `${read ? "r" : ""}${write ? "w" : ""}` || "-";
}

Deno.test("generated grants reach what the rule in words says", () => {
  const path = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 4 })
    .map((names) => `/${names.join("/")}`);
  const paths = fc.array(path, { maxLength: 3 });
  const options = fc.record({
    read: paths,
    write: paths,
    denyRead: paths,
    denyWrite: paths,
  });
  fc.assert(
    fc.property(options, path, (grants, at) => {
      assertEquals(reaches(grants, at), slowly(grants, at));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("grants that are nearly right grant nothing", () => {
  const home = { cwd: "/home/me", windows: false };
  const wrong: unknown[] = [
    { mounts: [{ host: "/a", guest: "/b", readonly: true }] },
    { mounts: [{ host: "/a", guest: "/b", readOnly: "yes" }] },
    { mounts: [{ host: "/a" }] },
    { hrtime: "no" },
    { env: "HOME" },
    { env: { HOME: false } },
    { reed: ["/a"] },
  ];
  for (const grants of wrong) {
    assertThrows(
      () => parseGrants(grants as GrantOptions, home),
      TypeError,
      "Cannot ",
    );
  }
  const inherited = parseGrants(Object.create({ read: true }), home);
  assertEquals(inherited.list, []);
});
