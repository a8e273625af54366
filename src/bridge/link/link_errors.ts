/**
 * Errors between two threads: the same class, fields, causes and stack; and
 * the same object again for whoever threw it.
 *
 * @module
 */

import { PythonError } from "../../errors.ts";
import { showCallers, stackAcross } from "../stack.ts";
import { classOf, errorOf, type Parts } from "./error_classes.ts";

/** How deep causes, and errors of groups, are told. */
const MAX_DEPTH = 64;
/** How many errors one may be made of. */
const MAX_ERRORS = 1000;
/** How many are known at once; an older one comes back as its likeness. */
const MAX_KNOWN = 64;

/** The errors that passed one end of a link. */
export class LinkErrors {
  /** Numbers of this side's own errors. */
  readonly #numbers = new WeakMap<Error, number>();
  readonly #own = new Map<number, Error>();
  /** Numbers that the other side gave to its errors. */
  readonly #foreign = new WeakMap<Error, number>();
  readonly #standIns = new Map<number, Error>();
  #last = 0;
  /** Errors of the description that is being written. */
  #told = 0;

  /** What the other side is told of an error. */
  parts(error: Error): Parts {
    this.#told = 0;
    try {
      return this.#parts(error, 0);
    } catch {
      return this.plainParts(error);
    }
  }

  /** The same as text, for what cannot cross as a value. */
  textParts(thrown: unknown): Parts {
    if (!(thrown instanceof Error)) return this.plainParts(thrown);
    try {
      return {
        json: JSON.stringify({ ...this.parts(thrown), args: undefined }),
      };
    } catch {
      return this.plainParts(thrown);
    }
  }

  /** The least that can be told. */
  plainParts(thrown: unknown): Parts {
    return {
      class: "Error",
      name: "Error",
      message: shown(thrown),
      stack: "",
    };
  }

  /** What was thrown, from what the other side told of it. */
  thrown(failure: unknown): unknown {
    const told = recordOf(failure);
    const parts = typeof told["json"] === "string"
      ? recordOf(JSON.parse(told["json"]))
      : told;
    return "thrown" in parts ? parts["thrown"] : this.error(parts);
  }

  /** The error that was described. */
  error(description: object): Error {
    const parts = recordOf(description);
    const own = this.#own.get(Number(parts["own"]));
    if (own !== undefined) return withStack(own, parts);
    const { number } = parts;
    if (typeof number !== "number") return withStack(this.#made(parts), parts);
    const known = this.#standIns.get(number);
    if (known !== undefined) return withStack(known, parts);
    const error = withStack(this.#made(parts), parts);
    keep(this.#standIns, number, error);
    this.#foreign.set(error, number);
    return error;
  }

  #parts(error: Error, depth: number): Parts {
    this.#told += 1;
    const stack = stackAcross(error);
    const foreign = this.#foreign.get(error);
    const likeness = this.#likeness(error, depth);
    if (foreign !== undefined) return { ...likeness, own: foreign, stack };
    return { ...likeness, number: this.#numberOf(error), stack };
  }

  /** All that makes an error of another thread's like this one. */
  #likeness(error: Error, depth: number): Parts {
    const { name, fields } = classOf(error);
    const record = error as unknown as Parts;
    const parts: Record<string, unknown> = {
      class: name,
      name: String(error.name),
      message: String(error.message),
    };
    for (const field of fields) {
      if (record[field] !== undefined) parts[field] = record[field];
    }
    const { cause } = error;
    if (cause !== undefined && this.#mayTell(depth)) {
      parts["cause"] = cause instanceof Error
        ? this.#parts(cause, depth + 1)
        : { thrown: isPlain(cause) ? cause : shown(cause) };
    }
    const within = groupOf(error);
    if (within.length > 0 && this.#mayTell(depth)) {
      parts["errors"] = within.map((each) =>
        each instanceof Error
          ? this.#parts(each, depth + 1)
          : { thrown: shown(each) }
      );
    }
    return parts;
  }

  #mayTell(depth: number): boolean {
    return depth < MAX_DEPTH && this.#told < MAX_ERRORS;
  }

  #made(parts: Parts): Error {
    const cause = parts["cause"];
    const within = parts["errors"];
    const errors = Array.isArray(within)
      ? within.map((each) => this.thrown(each))
      : [];
    return errorOf(
      parts["class"],
      String(parts["message"] ?? ""),
      { ...parts, errors },
      cause === undefined ? {} : { cause: this.thrown(cause) },
    );
  }

  #numberOf(error: Error): number {
    const known = this.#numbers.get(error);
    const number = known ?? (this.#last += 1);
    this.#numbers.set(error, number);
    keep(this.#own, number, error);
    return number;
  }
}

/** Hold the newest; let go of the oldest. */
function keep(held: Map<number, Error>, number: number, error: Error): void {
  held.delete(number);
  held.set(number, error);
  const [oldest] = held.keys();
  if (oldest !== undefined && held.size > MAX_KNOWN) held.delete(oldest);
}

/** The stack as the other side has it, above who asked it. */
function withStack(error: Error, parts: Parts): Error {
  const { name, stack } = parts;
  if (typeof name === "string" && error.name !== name) {
    Object.defineProperty(error, "name", { value: name, configurable: true });
  }
  if (typeof stack === "string" && stack !== "") showCallers(error, stack);
  return error;
}

/** The errors of a group. */
function groupOf(error: Error): readonly unknown[] {
  return error instanceof PythonError || error instanceof AggregateError
    ? error.errors
    : [];
}

function isPlain(value: unknown): boolean {
  return value === null ||
    ["string", "number", "boolean"].includes(typeof value);
}

/** Text of anything; what throws when it is looked at has none. */
function shown(value: unknown): string {
  try {
    return wellFormed(
      value instanceof Error ? value.message : Deno.inspect(value),
    );
  } catch {
    return "the host threw what cannot be described";
  }
}

function wellFormed(text: unknown): string {
  return String(text).toWellFormed();
}

function recordOf(value: unknown): Parts {
  return typeof value === "object" && value !== null ? value as Parts : {};
}
