/**
 * Changes to what is known to be right: the inputs that come furthest.
 *
 * @module
 */

import fc from "fast-check";

/** A change at a place: bytes taken out, bytes put in. */
interface Edit<Part> {
  readonly at: number;
  readonly cut: number;
  readonly put: Part;
}

/**
 * Bytes with a few changes.
 *
 * @param corpus The bytes to begin with.
 * @returns Any of them, changed in up to four places, perhaps cut short.
 */
export function editedBytes(
  corpus: fc.Arbitrary<Uint8Array>,
): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const put = fc.oneof(
    fc.uint8Array({ maxLength: 4 }),
    fc.constantFrom(0x1b, 0x3b, 0x5b, 0x7b, 0x9b, 0xbb, 0xdb, 0xfb, 0x9f, 0xff)
      .map((byte) => Uint8Array.of(byte)),
  );
  return edited(corpus, put, (bytes, { at, cut, put }) => {
    const begin = at % (bytes.length + 1);
    const rest = bytes.subarray(begin + cut);
    const changed = new Uint8Array(begin + put.length + rest.length);
    changed.set(bytes.subarray(0, begin));
    changed.set(put, begin);
    changed.set(rest, begin + put.length);
    return changed;
  }).map((bytes) => new Uint8Array(bytes));
}

/**
 * Text with a few changes.
 *
 * @param corpus The texts to begin with.
 * @param words What is put in, besides any characters.
 * @returns Any of them, changed in up to four places.
 */
export function editedText(
  corpus: fc.Arbitrary<string>,
  words: readonly string[],
): fc.Arbitrary<string> {
  const put = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...words) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 5 }) },
  );
  return edited(corpus, put, (text, { at, cut, put }) => {
    const begin = at % (text.length + 1);
    return text.slice(0, begin) + put + text.slice(begin + cut);
  });
}

function edited<Whole, Part>(
  corpus: fc.Arbitrary<Whole>,
  put: fc.Arbitrary<Part>,
  apply: (whole: Whole, edit: Edit<Part>) => Whole,
): fc.Arbitrary<Whole> {
  const edit = fc.record({
    at: fc.nat(100_000),
    cut: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(200)),
    put,
  });
  return fc.tuple(corpus, fc.array(edit, { maxLength: 4 })).map(
    ([whole, edits]) => edits.reduce(apply, whole),
  );
}
