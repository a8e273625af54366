/**
 * RFC 8949, appendix A: examples of encoded CBOR data items.
 *
 * @module
 */

/** One example. */
export interface Vector {
  /** The bytes, as hexadecimal digits. */
  readonly bytes: string;
  /** What they mean to us. */
  readonly value?: unknown;
  /** Whether our encoder writes these very bytes for the value. */
  readonly written?: true;
  /** Whether our decoder refuses them, because we have no such value. */
  readonly refused?: true;
}

const written = true;
const refused = true;
const range = Array.from({ length: 25 }, (_, i) => i + 1);
const abc = { a: "A", b: "B", c: "C", d: "D", e: "E" };

/** All of them, in the RFC's order. */
export const VECTORS: readonly Vector[] = [
  { bytes: "00", value: 0, written },
  { bytes: "01", value: 1, written },
  { bytes: "0a", value: 10, written },
  { bytes: "17", value: 23, written },
  { bytes: "1818", value: 24, written },
  { bytes: "1819", value: 25, written },
  { bytes: "1864", value: 100, written },
  { bytes: "1903e8", value: 1000, written },
  { bytes: "1a000f4240", value: 1000000, written },
  { bytes: "1b000000e8d4a51000", value: 1000000000000, written },
  { bytes: "1bffffffffffffffff", value: 18446744073709551615n, written },
  { bytes: "c249010000000000000000", value: 18446744073709551616n, written },
  { bytes: "3bffffffffffffffff", value: -18446744073709551616n, written },
  { bytes: "c349010000000000000000", value: -18446744073709551617n, written },
  { bytes: "20", value: -1, written },
  { bytes: "29", value: -10, written },
  { bytes: "3863", value: -100, written },
  { bytes: "3903e7", value: -1000, written },
  { bytes: "f90000", value: 0 },
  { bytes: "f98000", value: -0 },
  { bytes: "f93c00", value: 1 },
  { bytes: "fb3ff199999999999a", value: 1.1, written },
  { bytes: "f93e00", value: 1.5 },
  { bytes: "f97bff", value: 65504 },
  { bytes: "fa47c35000", value: 100000 },
  { bytes: "fa7f7fffff", value: 3.4028234663852886e+38 },
  { bytes: "fb7e37e43c8800759c", value: 1.0e+300, written },
  { bytes: "f90001", value: 5.960464477539063e-8 },
  { bytes: "f90400", value: 0.00006103515625 },
  { bytes: "f9c400", value: -4 },
  { bytes: "fbc010666666666666", value: -4.1, written },
  { bytes: "f97c00", value: Infinity },
  { bytes: "f97e00", value: NaN },
  { bytes: "f9fc00", value: -Infinity },
  { bytes: "fa7f800000", value: Infinity },
  { bytes: "fa7fc00000", value: NaN },
  { bytes: "faff800000", value: -Infinity },
  { bytes: "fb7ff0000000000000", value: Infinity, written },
  { bytes: "fb7ff8000000000000", value: NaN, written },
  { bytes: "fbfff0000000000000", value: -Infinity, written },
  { bytes: "f4", value: false, written },
  { bytes: "f5", value: true, written },
  { bytes: "f6", value: null, written },
  { bytes: "f7", value: null },
  { bytes: "f0", refused },
  { bytes: "f8ff", refused },
  {
    bytes: "c074323031332d30332d32315432303a30343a30305a",
    value: Temporal.ZonedDateTime.from("2013-03-21T20:04:00[UTC]"),
  },
  {
    bytes: "c11a514b67b0",
    value: Temporal.ZonedDateTime.from("2013-03-21T20:04:00[UTC]"),
  },
  {
    bytes: "c1fb41d452d9ec200000",
    value: Temporal.ZonedDateTime.from("2013-03-21T20:04:00.5[UTC]"),
  },
  { bytes: "d74401020304", value: new Uint8Array([1, 2, 3, 4]) },
  { bytes: "d818456449455446", value: new Uint8Array([100, 73, 69, 84, 70]) },
  {
    bytes: "d82076687474703a2f2f7777772e6578616d706c652e636f6d",
    value: "http://www.example.com",
  },
  { bytes: "40", value: new Uint8Array(), written },
  { bytes: "4401020304", value: new Uint8Array([1, 2, 3, 4]), written },
  { bytes: "60", value: "", written },
  { bytes: "6161", value: "a", written },
  { bytes: "6449455446", value: "IETF", written },
  { bytes: "62225c", value: '"\\', written },
  { bytes: "62c3bc", value: "\u00fc", written },
  { bytes: "63e6b0b4", value: "\u6c34", written },
  { bytes: "64f0908591", value: "\ud800\udd51", written },
  { bytes: "80", value: [], written },
  { bytes: "83010203", value: [1, 2, 3], written },
  { bytes: "8301820203820405", value: [1, [2, 3], [4, 5]], written },
  {
    bytes: "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
    value: range,
    written,
  },
  { bytes: "a0", value: {}, written },
  { bytes: "a201020304", value: new Map([[1, 2], [3, 4]]), written },
  { bytes: "a26161016162820203", value: { a: 1, b: [2, 3] }, written },
  { bytes: "826161a161626163", value: ["a", { b: "c" }], written },
  {
    bytes: "a56161614161626142616361436164614461656145",
    value: abc,
    written,
  },
  { bytes: "5f42010243030405ff", value: new Uint8Array([1, 2, 3, 4, 5]) },
  { bytes: "7f657374726561646d696e67ff", value: "streaming" },
  { bytes: "9fff", value: [] },
  { bytes: "9f018202039f0405ffff", value: [1, [2, 3], [4, 5]] },
  { bytes: "9f01820203820405ff", value: [1, [2, 3], [4, 5]] },
  { bytes: "83018202039f0405ff", value: [1, [2, 3], [4, 5]] },
  { bytes: "83019f0203ff820405", value: [1, [2, 3], [4, 5]] },
  {
    bytes: "9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff",
    value: range,
  },
  { bytes: "bf61610161629f0203ffff", value: { a: 1, b: [2, 3] } },
  { bytes: "826161bf61626163ff", value: ["a", { b: "c" }] },
  { bytes: "bf6346756ef563416d7421ff", value: { Fun: true, Amt: -2 } },
];
