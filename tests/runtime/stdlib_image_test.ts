import {
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { InternalError } from "../../src/errors.ts";
import { StdlibImage } from "../../src/runtime/stdlib_image.ts";
import { stdlib } from "../../wrapper/stdlib.js";
import { find, image } from "../fixtures/image.ts";

async function open(
  ...groups: readonly Record<string, string>[]
): Promise<StdlibImage> {
  return new StdlibImage(new WebAssembly.Module(await image(...groups)));
}

function text(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

Deno.test("StdlibImage lists the files in the order they lie there", async () => {
  const files = (await open({ "b.py": "bb", "a.py": "" }, { "c.py": "ccc" }))
    .files;
  assertEquals([...files], [["b.py", 2], ["a.py", 0], ["c.py", 3]]);
});

Deno.test("StdlibImage.read() gives each file its own bytes", async () => {
  const opened = await open({ "a.py": "aaa", "b.py": "" }, { "c.py": "é" });
  assertEquals(text(opened.read("c.py")), "é");
  assertEquals(text(opened.read("a.py")), "aaa");
  assertEquals(text(opened.read("b.py")), "");
});

Deno.test("StdlibImage.read() unpacks what lies together once, and copies nothing", async () => {
  const opened = await open({ "a.py": "aaa", "b.py": "bb" });
  const [a, b] = [opened.read("a.py"), opened.read("b.py")];
  assertEquals([text(a), text(b)], ["aaa", "bb"]);
  assertStrictEquals(a.buffer, b.buffer);
});

Deno.test("StdlibImage.read() reads on when blocks were forgotten", async () => {
  const groups = Array.from(
    { length: 9 },
    (_, n) => ({ [`${n}.py`]: `${n}!` }),
  );
  const opened = await open(...groups);
  for (const n of [0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 8, 4]) {
    assertEquals(text(opened.read(`${n}.py`)), `${n}!`);
  }
});

Deno.test("StdlibImage.read() refuses a file that is not there", async () => {
  const opened = await open({ "a.py": "" });
  assertThrows(() => opened.read("b.py"), InternalError, '"b.py"');
  assertThrows(() => opened.read("a"), InternalError, "not in it");
});

Deno.test("StdlibImage.read() finds a damaged block", async () => {
  const bytes = await image({ "a.py": "a".repeat(1000) });
  const magic = bytes.lastIndexOf(0xfd); // zstd: 28 b5 2f fd
  bytes[magic] = 0;
  const opened = new StdlibImage(new WebAssembly.Module(bytes));
  assertThrows(() => opened.read("a.py"), InternalError, "damaged");
});

Deno.test("StdlibImage refuses an index that is damaged or lies", async () => {
  const changes = [
    ['"format":1', '"format":2', 'format is "2"'],
    ['{"format"', '["format"', "index is damaged"],
    ['["a.py",3]', '["a.py",4]', "block 0 holds 3 bytes"],
    ["stdlib.index", "stdlib.Index", 'no section "stdlib.index"'],
  ] as const;
  for (const [from, to, message] of changes) {
    const bytes = await image({ "a.py": "aaa" });
    bytes.set(new TextEncoder().encode(to), find(bytes, from));
    const module = new WebAssembly.Module(bytes);
    assertThrows(() => new StdlibImage(module), InternalError, message);
  }
});

Deno.test("StdlibImage.read() finds a block that is gone", async () => {
  const bytes = await image({ "a.py": "aaa" });
  const name = find(bytes, "stdlib.block.0");
  bytes.set(new TextEncoder().encode("stdlib.block.1"), name);
  const opened = new StdlibImage(new WebAssembly.Module(bytes));
  assertThrows(() => opened.read("a.py"), InternalError, "stdlib.block.0");
});

Deno.test("StdlibImage reads every file of the artifact", () => {
  const opened = new StdlibImage(stdlib);
  for (const [path, size] of opened.files) {
    assertEquals(opened.read(path).length, size, path);
  }
  assertInstanceOf(opened.files, Map);
  assertEquals(text(opened.read("this.py")).startsWith("s = "), true);
});
