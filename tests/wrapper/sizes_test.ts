import { assert, assertEquals } from "@std/assert";
import { imageId } from "../../src/runtime/mod.ts";
import { python } from "../../wrapper/modules.js";

const WRAPPER = new URL("../../wrapper/", import.meta.url);
const MIB = 1024 * 1024;
/** What JSR takes, with room for the rest of the package. */
const LIMIT = 18 * MIB;

/** Rows of the table in the README: file and size. */
async function written(): Promise<[string, string][]> {
  const text = await Deno.readTextFile(new URL("README.md", WRAPPER));
  const rows = text.matchAll(
    /^\| `dist\/([\w.]+)` +\| +(<? ?[\d.]+ MiB) +\|/gm,
  );
  return [...rows].map(([, file = "", size = ""]) => [file, size]);
}

async function measured(): Promise<[string, number][]> {
  const sizes: [string, number][] = [];
  for await (const { name } of Deno.readDir(new URL("dist/", WRAPPER))) {
    const { size } = await Deno.stat(new URL(`dist/${name}`, WRAPPER));
    sizes.push([name, size]);
  }
  return sizes.sort();
}

function rounded(size: number): string {
  const mebibytes = (size / MIB).toFixed(1);
  return mebibytes === "0.0" ? "< 0.1 MiB" : `${mebibytes} MiB`;
}

Deno.test("the README of wrapper/ tells the size of each part", async () => {
  const sizes = (await measured()).map(([name, size]) => [
    name,
    rounded(size),
  ]);
  assertEquals((await written()).sort(), sizes);
});

Deno.test("the artifact leaves room in what a registry takes", async () => {
  const sum = (await measured()).reduce((sum, [, size]) => sum + size, 0);
  assert(sum < LIMIT, `${sum} bytes`);
});

Deno.test("the manifest describes the artifact that lies beside it", async () => {
  const manifest = JSON.parse(
    await Deno.readTextFile(new URL("dist/manifest.json", WRAPPER)),
  );
  assertEquals(manifest.image, imageId(python));
  const parts: { file: string; size: number; sha256: string }[] =
    manifest.parts;
  assertEquals(parts.map(({ file }) => file).sort(), [
    "LICENSES.txt",
    "memory.wasm",
    "python.wasm",
    "rest.wasm",
    "stdlib.wasm",
  ]);
  for (const { file, size, sha256 } of parts) {
    const bytes = await Deno.readFile(new URL(`dist/${file}`, WRAPPER));
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    assertEquals(bytes.length, size, file);
    assertEquals(new Uint8Array(digest).toHex(), sha256, file);
  }
});
