import { assertEquals, assertThrows } from "@std/assert";
import { parseSize } from "../../mod.ts";

Deno.test("parseSize() reads sizes as people write them", () => {
  const sizes: Record<string, number> = {
    "0": 0,
    "512": 512,
    "10 B": 10,
    "64MB": 64_000_000,
    "64mb": 64_000_000,
    "1GiB": 1_073_741_824,
    "1.5 KiB": 1536,
    "64K": 65_536,
    "64k": 65_536,
    "256M": 268_435_456,
    "64m": 67_108_864,
    "1G": 1_073_741_824,
    "0.5g": 536_870_912,
  };
  for (const [text, bytes] of Object.entries(sizes)) {
    assertEquals(parseSize(text), bytes, text);
  }
  for (
    const text of [
      "",
      "MB",
      "-1",
      "1e3",
      "5 parsecs",
      "0x10",
      "99999999GB",
      "1T",
    ]
  ) {
    assertThrows(() => parseSize(text), TypeError, "as a size", text);
  }
});
