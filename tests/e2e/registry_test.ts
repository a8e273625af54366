import { assertEquals, assertThrows } from "@std/assert";
import { Registry } from "./registry.ts";
import { untar } from "./tar.ts";

const encoder = new TextEncoder();

/** A header and its contents, as `deno publish` writes them. */
function entry(
  path: string,
  type: string,
  text: string,
): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(512 + Math.ceil(text.length / 512) * 512);
  block.set(encoder.encode(path), 0);
  block.set(encoder.encode(text.length.toString(8).padStart(11, "0")), 124);
  block.set(encoder.encode(type), 156);
  block.set(encoder.encode(text), 512);
  return block;
}

/** The entries and the two empty blocks at the end. */
function archive(...entries: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    [...entries, new Uint8Array(1024)].flatMap((bytes) => [...bytes]),
  );
}

Deno.test("untar() gives the files in order, also one of 512 bytes and an empty one", () => {
  const files = untar(
    archive(
      entry("a.ts", "0", "x".repeat(512)),
      entry("b.ts", "0", ""),
      entry("c.ts", "", "c"),
    ),
  );
  const decoder = new TextDecoder();
  assertEquals(
    [...files].map(({ path, bytes }) => [path, decoder.decode(bytes)]),
    [
      ["a.ts", "x".repeat(512)],
      ["b.ts", ""],
      ["c.ts", "c"],
    ],
  );
});

Deno.test("untar() refuses what is not a plain file", () => {
  assertThrows(
    () => [...untar(archive(entry("link", "2", "")))],
    Error,
    'entry type "2" is not a plain file',
  );
});

Deno.test("Registry serves a package with sizes and checksums, counts, and knows nothing else", async () => {
  await using registry = new Registry();
  const files = new Map([["/mod.ts", encoder.encode("export {};\n")]]);
  registry.add("@x/a", {
    version: "1.0.0",
    exports: { ".": "./mod.ts" },
    files,
  });
  const get = async (path: string) => {
    const response = await fetch(new URL(path, registry.url));
    return [response.status, await response.text()] as const;
  };
  assertEquals(await get("@x/a/1.0.0/mod.ts"), [200, "export {};\n"]);
  const [, meta] = await get("@x/a/1.0.0_meta.json");
  assertEquals(JSON.parse(meta).manifest, {
    "/mod.ts": {
      size: 11,
      checksum:
        "sha256-8e609bb71c20b858c77f0e9f90bb1319db8477b13f9f965f1a1e18524bf50881",
    },
  });
  for (
    const path of [
      "@x/b/meta.json",
      "@x/a/2.0.0_meta.json",
      "@x/a/1.0.0/none.ts",
    ]
  ) {
    assertEquals((await get(path))[0], 404, path);
  }
  assertEquals(registry.requests.length, 5);
});
