import { assertEquals } from "@std/assert";
import { parseSize } from "../mod.ts";
import { aboutText, comparedText, sizeText } from "../src/size_text.ts";

Deno.test("sizeText() is what parseSize() reads, as short as it can be", () => {
  const sizes: Record<string, number> = {
    "0": 0,
    "1": 1,
    "1KiB": 1024,
    "64MiB": 64 * 2 ** 20,
    "64MB": 64e6,
    "1500KB": 1.5e6,
    "3GiB": 3 * 2 ** 30,
  };
  for (const [text, bytes] of Object.entries(sizes)) {
    assertEquals([sizeText(bytes), parseSize(text)], [text, bytes]);
  }
});

Deno.test("aboutText() is short, and exact where that is", () => {
  const sizes: Record<string, number> = {
    "0 bytes": 0,
    "5.5 bytes": 5.5,
    "1023 bytes": 1023,
    "1KiB": 1025,
    "64MB": 64e6,
    "138.5MiB": 145_227_777,
    "Infinity bytes": Infinity,
    "NaN bytes": NaN,
  };
  for (const [text, bytes] of Object.entries(sizes)) {
    assertEquals(aboutText(bytes), text);
  }
});

Deno.test("comparedText() never shows two sizes alike that differ", () => {
  const pairs: [used: number, allowed: number, texts: [string, string]][] = [
    [145_227_776, 64e6, ["145.2MB", "64MB"]],
    [145_227_776, 64 * 2 ** 20, ["138.5MiB", "64MiB"]],
    [101, 10, ["101 bytes", "10 bytes"]],
    [5e9, 100e3, ["5GB", "100KB"]],
    [1_000_001, 1e6, ["1000001 bytes", "1000000 bytes"]],
    [64e6, 64e6, ["64MB", "64MB"]],
  ];
  for (const [used, allowed, texts] of pairs) {
    assertEquals(comparedText(used, allowed), texts);
  }
});
