import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { PluginLoadError } from "../../src/errors.ts";
import {
  readSnapshot,
  writeSnapshot,
} from "../../src/plugin/snapshot_bytes.ts";
import { IMAGE_PAGE } from "../../src/runtime/mod.ts";
import { editedBytes, editedText } from "./edits.ts";
import { type Target, target } from "./target.ts";

/** The id of some image of Python. */
const IMAGE = "a5".repeat(32);
const HASH = 32;
/** Magic, version and image; then the size of the header. */
const SIZE_AT = 8 + 4 + 32;

const WORDS = [
  ..."[ ] { } , : 0 -1 1 65535 4294967295 4294967296 1e999 1.5".split(" "),
  ...'"" "." ".." "/etc/passwd" "a/../b" "plugin.py" null true'.split(" "),
  '"__proto__":{},',
  '"entry"',
  '"files"',
  '"pages"',
  '"size"',
  "\\u0000",
  "../",
  "/../",
  "//",
];

/** What a snapshot may be made of. */
const SAVED = {
  source: {
    kind: "python",
    entry: "plugin.py",
    files: new Map([
      ["plugin.py", new TextEncoder().encode("count = 1\n")],
      ["data/a.txt", new TextEncoder().encode("text")],
    ]),
  },
  offered: ["fetch", "kv.get"],
  check: false,
  image: {
    size: 4096,
    pages: Uint32Array.of(50_000, 50_001, 65_535),
    bytes: new Uint8Array(3 * IMAGE_PAGE),
  },
} as const;

/** Any bytes are a snapshot, which is written again as it was, or refused. */
export async function snapshotBytes(): Promise<Target> {
  const good = await writeSnapshot(SAVED, IMAGE);
  assertEquals(await read(good), SAVED);
  const size = new DataView(good.buffer).getUint32(SIZE_AT, true);
  const from = SIZE_AT + 4;
  const header = new TextDecoder().decode(good.subarray(from, from + size));
  const withHeader = editedText(fc.constant(header), WORDS).map((text) =>
    join(good.subarray(0, from), text, good.subarray(from + size))
  );
  const inputs = fc.record({
    bytes: fc.oneof(withHeader, editedBytes(fc.constant(good))),
    // Else nothing but the hash is ever looked at.
    isSigned: fc.nat(9).map((number) => number > 0),
  });
  return target({
    name: "snapshot",
    share: 10_000,
    batch: 1,
    inputs,
    async try({ bytes, isSigned }) {
      const given = isSigned ? await signed(bytes) : bytes;
      const saved = await read(given);
      if (saved === undefined) return;
      for (const name of saved.source.files.keys()) assertBelow(name);
      const again = await writeSnapshot(saved, IMAGE);
      assertEquals(await read(again), saved);
    },
  });
}

/** The bytes with another header, and its size. */
function join(
  before: Uint8Array,
  header: string,
  after: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(before.length + text.length + after.length);
  bytes.set(before);
  bytes.set(text, before.length);
  bytes.set(after, before.length + text.length);
  new DataView(bytes.buffer).setUint32(SIZE_AT, text.length, true);
  return bytes;
}

/** The bytes with the hash that fits them. */
async function signed(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes.length < HASH) return bytes;
  const copy = bytes.slice();
  const body = copy.subarray(0, -HASH);
  copy.set(
    new Uint8Array(await crypto.subtle.digest("SHA-256", body)),
    body.length,
  );
  return copy;
}

/** A path that a URL takes as it is, below where it begins. */
function assertBelow(name: string): void {
  const path = encodeURI(name).replaceAll(/[?#]/g, "_");
  const url = new URL(`https://host/base/${path}`);
  assertEquals(url.pathname, `/base/${path}`);
}

async function read(bytes: Uint8Array<ArrayBuffer>) {
  try {
    return await readSnapshot(bytes, IMAGE);
  } catch (error) {
    if (error instanceof PluginLoadError) return undefined;
    throw error;
  }
}
