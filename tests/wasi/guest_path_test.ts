import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodePath, isName, parsePath } from "../../src/wasi/guest_path.ts";
import { WasiError } from "../../src/wasi/mod.ts";

const encoder = new TextEncoder();

/** The path, or the name of the errno. */
function decode(bytes: Uint8Array | string): string {
  try {
    return decodePath(
      typeof bytes === "string" ? encoder.encode(bytes) : bytes,
    );
  } catch (error) {
    if (error instanceof WasiError) return error.message;
    throw error;
  }
}

function names(text: string): string {
  try {
    return parsePath(text).names.join("|");
  } catch (error) {
    if (error instanceof WasiError) return error.message;
    throw error;
  }
}

Deno.test("decodePath() gives any UTF-8 text as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
      fc.pre(text.isWellFormed() && !text.includes("\0"));
      assertEquals(decode(text), text);
    }),
  );
  assertEquals(decode("\ufeffbom"), "\ufeffbom");
  assertEquals(decode("C:\\windows"), "C:\\windows");
});

Deno.test("decodePath() refuses what no host could name", () => {
  assertEquals(decode(""), "NOENT");
  assertEquals(decode("a\0b"), "INVAL");
  assertEquals(decode("a\0"), "INVAL");
  assertEquals(decode(Uint8Array.of(0x61, 0xff)), "ILSEQ");
  assertEquals(decode(Uint8Array.of(0xed, 0xa0, 0x80)), "ILSEQ"); // surrogate
  assertEquals(decode(Uint8Array.of(0xc0, 0xaf)), "ILSEQ"); // overlong "/"
  assertEquals(decode("a/".repeat(2049)), "NAMETOOLONG");
});

Deno.test("parsePath() drops empty names and inner dots", () => {
  assertEquals(names("a/b"), "a|b");
  assertEquals(names("a//b/./c"), "a|b|c");
  assertEquals(names("./a"), "a");
  assertEquals(names("a/.."), "a|..");
});

Deno.test("parsePath() keeps a last dot and sees a last slash", () => {
  assertEquals(names("a/."), "a|.");
  assertEquals(names("."), ".");
  assertEquals(parsePath("a/").trailingSlash, true);
  assertEquals(parsePath("a//").trailingSlash, true);
  assertEquals(parsePath("a/.").trailingSlash, false);
  assertEquals(parsePath("./").names, []);
});

Deno.test("parsePath() knows only / as root and separator", () => {
  assertEquals(parsePath("/a").absolute, true);
  assertEquals(parsePath("\\a").absolute, false);
  assertEquals(parsePath("C:/a"), {
    names: ["C:", "a"],
    absolute: false,
    trailingSlash: false,
  });
});

Deno.test("parsePath() counts a name in bytes", () => {
  assertEquals(names("x".repeat(255)).length, 255);
  assertEquals(names("x".repeat(256)), "NAMETOOLONG");
  assertEquals(names("é".repeat(127)).length, 127);
  assertEquals(names("é".repeat(128)), "NAMETOOLONG");
});

Deno.test("isName() agrees with what a path can reach", () => {
  for (const bad of ["", ".", "..", "a/b", "a\0", "\ud800", "é".repeat(128)]) {
    assert(!isName(bad), JSON.stringify(bad));
  }
  fc.assert(fc.property(fc.string({ unit: "binary" }), (name) => {
    const reachable = names(name) === name && decode(name) === name &&
      name !== "." && name !== ".." && !parsePath(name).trailingSlash;
    assertEquals(isName(name), reachable);
  }));
});
