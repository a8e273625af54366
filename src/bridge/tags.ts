/**
 * The tags of the wire. `wrapper/tags.h` has the same numbers; a test compares
 * the two.
 *
 * @module
 */

/** Registered CBOR tags (RFC 8949 section 3.4, the IANA registry) and ours. */
export const Tag = {
  /** RFC 3339 text: an aware datetime. */
  DATETIME: 0,
  /** Seconds since 1970: accepted, never written. */
  EPOCH: 1,
  /** A byte string: an int of any size. */
  BIGNUM: 2,
  /** A byte string n: the int -1 - n. */
  NEGATIVE_BIGNUM: 3,
  /** [exponent, mantissa]: a finite Decimal. */
  DECIMAL: 4,
  /** Hints about what a byte string is; the content counts. */
  EXPECT_BASE64URL: 21,
  EXPECT_BASE64: 22,
  EXPECT_BASE16: 23,
  EMBEDDED: 24,
  /** Text that is a URI; the text counts. */
  URI: 32,
  /** 16 bytes: a UUID. */
  UUID: 37,
  /** RFC 8746: typed arrays, little-endian. */
  UINT8: 64,
  UINT8_CLAMPED: 68,
  UINT16: 69,
  UINT32: 70,
  UINT64: 71,
  INT8: 72,
  INT16: 77,
  INT32: 78,
  INT64: 79,
  FLOAT32: 85,
  FLOAT64: 86,
  /** An array: a set. */
  SET: 258,
  /** RFC 9581: {1: seconds, -6: microseconds}, a timedelta. */
  DURATION: 1002,
  /** RFC 8943: text, a date. */
  DATE: 1004,
  /** [real, imaginary]. */
  COMPLEX: 43000,
  /** Ours. Text: a Decimal that tag 4 cannot say, `NaN` or `-0`. */
  SPECIAL_DECIMAL: 0x7079_0000,
  /** Ours. Text: a datetime without a zone. */
  NAIVE_DATETIME: 0x7079_0001,
  /** Ours. Text: a time. */
  TIME: 0x7079_0002,
  /**
   * Ours. A Python object that the host holds: [number, kind, class] on its
   * way to the host, the number alone on its way back.
   */
  PYTHON_OBJECT: 0x7079_0003,
  /**
   * Ours. A host object that Python holds: [number, kind, name, doc] on its
   * way to Python, the number alone on its way back.
   */
  HOST_OBJECT: 0x7079_0004,
  /** Ours. A description, as a map: an error of the host's, as a value. */
  HOST_ERROR: 0x7079_0005,
  /** Ours. A description, as a map: an exception of Python's, as a value. */
  PYTHON_ERROR: 0x7079_0006,
  /**
   * Ours. Bytes that are not in the message: [address, size] in the guest's
   * memory on their way to the host, on their way back the number of a bytes
   * object that is released by being taken.
   */
  ATTACHED: 0x7079_0007,
} as const;
