import { assert, assertEquals, assertThrows } from "@std/assert";
import { fillRandom, type Random, seededRandom } from "../../src/wasi/mod.ts";

function bytes(random: Random, ...lengths: number[]): number[] {
  return lengths.flatMap((length) => {
    const buffer = new Uint8Array(length);
    random(buffer);
    return [...buffer];
  });
}

Deno.test("seededRandom() gives the same bytes for the same seed, however they are cut", () => {
  assertEquals(bytes(seededRandom(7), 4), [139, 228, 139, 12]);
  assertEquals(
    bytes(seededRandom(7), 100),
    bytes(seededRandom(7), 1, 0, 5, 94),
  );
});

Deno.test("seededRandom() differs from seed to seed, in both halves of it", () => {
  const seeds = [0, 1, 2, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1];
  const firsts = seeds.map((seed) => bytes(seededRandom(seed), 8).join());
  assertEquals(new Set(firsts).size, seeds.length);
});

Deno.test("seededRandom() spreads its bytes evenly", () => {
  const counts = new Array<number>(256).fill(0);
  const buffer = new Uint8Array(256 * 1000);
  fillRandom(seededRandom(1), buffer);
  for (const byte of buffer) counts[byte] = (counts[byte] ?? 0) + 1;
  // Six standard deviations of a binomial with mean 1000.
  assert(counts.every((count) => Math.abs(count - 1000) < 190), `${counts}`);
});

Deno.test("seededRandom() refuses what is no seed", () => {
  for (const seed of [-1, 1.5, NaN, 2 ** 53]) {
    assertThrows(() => seededRandom(seed), RangeError, "Cannot seed with");
  }
});
