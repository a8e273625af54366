/**
 * JavaScript values that the wire has a tag for: `rebuild.ts` is the way back,
 * `_py_plugin_values.py` does the same in Python.
 *
 * @module
 */

import { CannotPass } from "./cannot_pass.ts";
import { Tag } from "./tags.ts";
import { Complex, Decimal, Uuid } from "./value.ts";

/** A value as a tag and what it is on; no tag when the content says all. */
export interface Reduced {
  readonly tag?: number;
  readonly content: unknown;
}

/** Python's years. */
const FIRST_YEAR = 1;
const LAST_YEAR = 9999;
/** Decimals with more digits go as text: Python limits what it reads as int. */
const MOST_DIGITS = 4000;
/** ISO 8601 as Python reads it: no calendar, no zone name, microseconds. */
const ISO = { fractionalSecondDigits: 6, calendarName: "never" } as const;

/**
 * What the wire has of a value; nothing when it is not one of these.
 *
 * @throws {CannotPass} When it is one that Python has no value for.
 */
export function reduce(value: object): Reduced | undefined {
  if (value instanceof Date) return reduceDate(value);
  if (value instanceof Decimal) return reduceDecimal(value.toString());
  if (value instanceof Uuid) return { tag: Tag.UUID, content: value.toBytes() };
  if (value instanceof Complex) {
    return { tag: Tag.COMPLEX, content: [value.real, value.imag] };
  }
  if (value instanceof URL) return { content: value.href };
  return reduceTemporal(value);
}

function reduceDate(date: Date): Reduced {
  if (Number.isNaN(date.getTime())) throw new CannotPass("an invalid Date");
  demandYear(date.getUTCFullYear(), "a Date");
  return { tag: Tag.DATETIME, content: date.toISOString() };
}

function reduceTemporal(value: object): Reduced | undefined {
  if (value instanceof Temporal.Instant) {
    return reduceZoned(value.toZonedDateTimeISO("UTC"), "a Temporal.Instant");
  }
  if (value instanceof Temporal.ZonedDateTime) {
    return reduceZoned(
      value.withCalendar("iso8601"),
      "a Temporal.ZonedDateTime",
    );
  }
  if (value instanceof Temporal.PlainDateTime) {
    const iso = value.withCalendar("iso8601");
    demandYear(iso.year, "a Temporal.PlainDateTime");
    return { tag: Tag.NAIVE_DATETIME, content: iso.toString(ISO) };
  }
  if (value instanceof Temporal.PlainDate) {
    const iso = value.withCalendar("iso8601");
    demandYear(iso.year, "a Temporal.PlainDate");
    return { tag: Tag.DATE, content: iso.toString(ISO) };
  }
  if (value instanceof Temporal.PlainTime) {
    return { tag: Tag.TIME, content: value.toString(ISO) };
  }
  return value instanceof Temporal.Duration ? reduceDuration(value) : undefined;
}

function reduceZoned(time: Temporal.ZonedDateTime, what: string): Reduced {
  demandYear(time.year, what);
  const content = time.toString({ ...ISO, timeZoneName: "never" });
  return { tag: Tag.DATETIME, content };
}

function demandYear(year: number, what: string): void {
  if (year >= FIRST_YEAR && year <= LAST_YEAR) return;
  throw new CannotPass(
    `${what} outside the years ${FIRST_YEAR} to ${LAST_YEAR}`,
  );
}

function reduceDuration(value: Temporal.Duration): Reduced {
  if (value.years !== 0 || value.months !== 0) {
    throw new CannotPass("a Temporal.Duration with years or months");
  }
  // Whole microseconds may be more than a number holds exactly.
  const days = value.weeks * 7 + value.days;
  const seconds = days * 86_400 + value.hours * 3600 + value.minutes * 60 +
    value.seconds;
  const micro = value.milliseconds * 1000 + value.microseconds +
    Math.trunc(value.nanoseconds / 1000);
  if (!Number.isSafeInteger(seconds) || !Number.isSafeInteger(micro)) {
    throw new CannotPass("a Temporal.Duration that is too long");
  }
  return { tag: Tag.DURATION, content: new Map([[1, seconds], [-6, micro]]) };
}

/** A finite decimal is a mantissa and an exponent of ten. */
function reduceDecimal(text: string): Reduced {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text);
  const [, sign = "", whole = "", rest = "", power = "0"] = match ?? [];
  const exponent = Number(power) - rest.length;
  if (
    match !== null && whole.length + rest.length <= MOST_DIGITS &&
    Number.isSafeInteger(exponent)
  ) {
    const mantissa = BigInt(`${sign === "-" ? "-" : ""}${whole}${rest}`);
    if (mantissa !== 0n || sign !== "-") {
      return { tag: Tag.DECIMAL, content: [exponent, mantissa] };
    }
  }
  return { tag: Tag.SPECIAL_DECIMAL, content: text };
}
