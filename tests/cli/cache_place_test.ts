import { assertEquals, assertStringIncludes } from "@std/assert";
import { cachePlace } from "../../src/cli/cache_place.ts";
import { cacheIn } from "../fixtures/cache.ts";
import { withFiles } from "../fixtures/files.ts";
import { program } from "../fixtures/program.ts";

const HOST = "export default { get(k: string): string { return k } };";

/** What the cache is there, when the directory is somebody's; on Linux. */
async function placeOwnedBy(
  theirs: (uid: number) => number,
): Promise<{ reason: string | undefined; left: string[] }> {
  const { lstatSync } = Deno;
  const before = Deno.env.get("XDG_CACHE_HOME");
  const dir = await Deno.makeTempDir();
  const path = `${dir}/py-plugin`;
  try {
    await Deno.mkdir(path, { mode: 0o700 });
    Deno.env.set("XDG_CACHE_HOME", dir);
    Object.defineProperty(Deno, "lstatSync", {
      value: (path: string) => {
        const info = lstatSync(path);
        return { ...info, uid: theirs(info.uid ?? 0) };
      },
    });
    const place = cachePlace();
    return {
      reason: place.kind === "usable" ? undefined : place.reason,
      left: await Array.fromAsync(Deno.readDir(path), ({ name }) => name),
    };
  } finally {
    Object.defineProperty(Deno, "lstatSync", { value: lstatSync });
    if (before === undefined) Deno.env.delete("XDG_CACHE_HOME");
    else Deno.env.set("XDG_CACHE_HOME", before);
    await Deno.remove(dir, { recursive: true });
  }
}

/** Let Deno tell who we are, which the tests themselves may not ask. */
async function asWhoWeAre(step: () => Promise<void>): Promise<void> {
  const { uid } = Deno;
  const file = await Deno.makeTempFile();
  const own = (await Deno.stat(file)).uid;
  await Deno.remove(file);
  const query = Deno.permissions.querySync;
  try {
    Object.defineProperty(Deno, "uid", { value: () => own });
    Deno.permissions.querySync = (descriptor) =>
      descriptor.name === "sys"
        ? { state: "granted" } as Deno.PermissionStatus
        : query.call(Deno.permissions, descriptor);
    await step();
  } finally {
    Object.defineProperty(Deno, "uid", { value: uid });
    Deno.permissions.querySync = query;
  }
}

/** Whether it is used depends on whose it is. */
async function assertOnlyOurs(): Promise<void> {
  assertEquals(await placeOwnedBy((uid) => uid), {
    reason: undefined,
    left: [],
  });
  assertEquals(await placeOwnedBy((uid) => uid + 1), {
    reason:
      "it belongs to another user; set XDG_CACHE_HOME to a directory of your own",
    left: [],
  });
}

Deno.test(
  "a directory of another user's is not used where Deno tells who we are",
  () => asWhoWeAre(assertOnlyOurs),
);

Deno.test({
  name:
    "a directory of another user's is not used where Deno does not tell who we are",
  permissions: { read: true, write: true, env: true, sys: false },
  fn: assertOnlyOurs,
});

Deno.test({
  name: "a directory is not used when nobody tells whose it is",
  permissions: { read: true, write: true, env: true, sys: false },
  async fn() {
    const { openSync } = Deno;
    try {
      Object.defineProperty(Deno, "openSync", {
        value: () => {
          throw new Deno.errors.PermissionDenied("read-only");
        },
      });
      assertEquals(await placeOwnedBy((uid) => uid), {
        reason: "whether it is yours cannot be told; run with --allow-sys=uid",
        left: [],
      });
    } finally {
      Object.defineProperty(Deno, "openSync", { value: openSync });
    }
  },
});

Deno.test("cache names the permission that is missing, or the denial", async () => {
  await withFiles({}, async (dir) => {
    const cache = `${dir}/py-plugin`;
    const unknown = "XDG_CACHE_HOME or HOME would say where: ";
    const outcomes: [permissions: string[], reason: string][] = [
      [
        ["--allow-env=XDG_CACHE_HOME"],
        `Deno does not allow it; run with --allow-read=${cache} and --allow-write=${cache}`,
      ],
      [
        ["-A", `--deny-write=${cache}`],
        "it is denied to Deno itself by --deny-write",
      ],
      [
        ["--allow-read"],
        `${unknown}Deno does not allow it; run with --allow-env=XDG_CACHE_HOME,HOME`,
      ],
      [
        ["-A", "--deny-env=XDG_CACHE_HOME,HOME"],
        `${unknown}it is denied to Deno itself by --deny-env`,
      ],
    ];
    for (const [permissions, reason] of outcomes) {
      const { stdout } = await program(["cache", "info"], {
        permissions,
        env: cacheIn(dir),
      });
      assertStringIncludes(stdout, `nothing is kept, since ${reason}\n`);
    }
  });
});

Deno.test("types names the permission that is missing, or the denial", async () => {
  await withFiles({ "host.ts": HOST }, async (dir) => {
    const words = ["types", `--host=${dir}/host.ts`, `--output=${dir}/out`];
    const outcomes: [permissions: string[], reason: string][] = [
      [[], `Deno does not allow it; run with --allow-read=${dir}/host.ts`],
      [
        ["--allow-read"],
        `Deno does not allow it; run with --allow-run=${Deno.execPath()}`,
      ],
      [
        ["-A", "--deny-run"],
        "it is denied to Deno itself by --deny-run",
      ],
      [
        ["-A", `--deny-write=${dir}`],
        "it is denied to Deno itself by --deny-write",
      ],
    ];
    for (const [permissions, reason] of outcomes) {
      const { status, stderr } = await program(words, { permissions });
      assertEquals(status, 1);
      assertStringIncludes(stderr, `: ${reason}\n`);
    }
  });
});
