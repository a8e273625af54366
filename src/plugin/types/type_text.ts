/**
 * From a type of Python's to TypeScript's text for it.
 *
 * What Python gives and what it takes are different types: a `list` arrives as
 * an array, and any array that nobody changes can be passed for one.
 *
 * @module
 */

import type { Literal, TypeNode, Variable } from "./description.ts";
import { note } from "./words.ts";

/** `in`: from the host to Python; `out`: from Python to the host. */
export type Direction = "in" | "out";

/** What a {@linkcode TypeText} has to know besides the type. */
export interface TypeNames {
  /** What a declaration is called, and how many type variables it has. */
  declared(
    key: string,
    direction: Direction,
  ): { readonly name: string; readonly variables: number } | undefined;
  /** Whether all values of a type are text. */
  isText(node: TypeNode): boolean;
  /** Note that the text names something of this package. */
  imported(name: string): void;
  /** The text for `int`. */
  readonly int: string;
}

/** Writes types. */
export class TypeText {
  readonly #names: TypeNames;
  readonly #scope: ReadonlySet<string>;

  /**
   * Make one.
   *
   * @param names What knows names.
   * @param scope The type variables that can be named.
   */
  constructor(names: TypeNames, scope: ReadonlySet<string> = new Set()) {
    this.#names = names;
    this.#scope = scope;
  }

  /** The same, where these type variables can be named as well. */
  within(variables: readonly Variable[]): TypeText {
    const scope = new Set(this.#scope);
    for (const { name } of variables) scope.add(name);
    return new TypeText(this.#names, scope);
  }

  /** `<T extends string, U>`, or nothing. */
  variables(variables: readonly Variable[]): string {
    if (variables.length === 0) return "";
    const texts = variables.map(({ name, bound, constraints }) => {
      const limits = bound === null ? constraints : [bound];
      if (limits.length === 0) return name;
      const limit = this.of({ kind: "union", members: limits }, "in");
      return `${name} extends ${limit}`;
    });
    return `<${texts.join(", ")}>`;
  }

  /** The text for a type. */
  of(node: TypeNode, direction: Direction): string {
    switch (node.kind) {
      case "any":
        return "unknown";
      case "none":
        return "null";
      case "never":
        return "never";
      case "unknown":
        return `unknown ${note(node.text)}`;
      case "object":
        return `${this.imported("PyObject")} ${note(node.name)}`;
      case "scalar":
        return this.#scalar(node.name, direction);
      case "variable":
        return this.#scope.has(node.name) ? node.name : "unknown";
      case "literal":
        return literalText(node.value);
      case "union":
        return this.#union(node.members, direction);
      case "dict":
      case "mapping":
        return this.#dict(node.key, node.value, direction);
      case "tuple":
        return this.#tuple(node, direction);
      case "callable":
        return this.#callable(node, direction);
      case "ref":
        return this.#ref(node, direction);
      default:
        return this.#items(node.kind, node.item, direction);
    }
  }

  #scalar(name: string, direction: Direction): string {
    const text = SCALARS[name]?.[direction] ?? "unknown";
    if (text === "int") return this.#names.int;
    for (const [word] of text.matchAll(/\b(?:Complex|Decimal|Uuid)\b/g)) {
      this.#names.imported(word);
    }
    return text;
  }

  #union(members: readonly TypeNode[], direction: Direction): string {
    const texts = members.map((member) => {
      const text = this.of(member, direction);
      return /=>/.test(text) ? `(${text})` : text;
    });
    if (texts.includes("unknown")) return "unknown";
    return [...new Set(texts)].join(" | ") || "never";
  }

  /** Keys that are text make an object; an empty dict arrives as one, too. */
  #dict(key: TypeNode, value: TypeNode, direction: Direction): string {
    const keys = this.of(key, direction);
    const values = this.of(value, direction);
    const text = this.#names.isText(key);
    const object = `{ [key: string]: ${values} }`;
    const map = direction === "in" ? "ReadonlyMap" : "Map";
    if (direction === "in") {
      const maps = `${map}<${keys}, ${values}>`;
      return text || keys === "unknown" ? `${object} | ${maps}` : maps;
    }
    if (text) return object;
    return keys === "unknown"
      ? `${object} | ${map}<${keys}, ${values}>`
      : `${map}<${keys}, ${values}> | Record<string, never>`;
  }

  #tuple(
    node: Extract<TypeNode, { kind: "tuple" }>,
    direction: Direction,
  ): string {
    const readonly = direction === "in" ? "readonly " : "";
    if (node.rest !== null) return this.#array(node.rest, direction);
    const items = node.items.map((item) => this.of(item, direction));
    return `${readonly}[${items.join(", ")}]`;
  }

  #array(item: TypeNode, direction: Direction): string {
    const text = this.of(item, direction);
    const element = /[|&]|=>|^readonly /.test(text) ? `(${text})` : text;
    return `${direction === "in" ? "readonly " : ""}${element}[]`;
  }

  #items(kind: string, item: TypeNode, direction: Direction): string {
    const text = this.of(item, direction);
    const isIn = direction === "in";
    switch (kind) {
      case "list":
      case "sequence":
        return this.#array(item, direction);
      case "set":
      case "frozenset":
        return `${isIn ? "ReadonlySet" : "Set"}<${text}>`;
      case "iterable":
      case "iterator":
        if (isIn) return `Iterable<${text}> | AsyncIterable<${text}>`;
        return kind === "iterable"
          ? `Iterable<${text}>`
          : `Iterable<${text}> & Disposable`;
      case "async_iterable":
      case "async_iterator":
        return `AsyncIterable<${text}>${isIn ? "" : " & Disposable"}`;
      default:
        return `PromiseLike<${text}>`;
    }
  }

  /** What a function takes goes the other way. */
  #callable(
    node: Extract<TypeNode, { kind: "callable" }>,
    direction: Direction,
  ): string {
    const back = direction === "in" ? "out" : "in";
    const params =
      node.params?.map((type, index) =>
        `arg${index + 1}: ${this.of(type, back)}`
      ) ?? [direction === "in" ? "...args: never[]" : "...args: unknown[]"];
    const result = this.of(node.result, direction);
    const call = `(${params.join(", ")}) => `;
    if (direction === "out") return `(${call}${result}) & Disposable`;
    if (node.result.kind === "awaitable") return call + result;
    if (node.result.kind === "none") return `${call}void | PromiseLike<void>`;
    return `${call}${result} | PromiseLike<${result}>`;
  }

  #ref(
    node: Extract<TypeNode, { kind: "ref" }>,
    direction: Direction,
  ): string {
    const declared = this.#names.declared(node.key, direction);
    if (declared === undefined) return "unknown";
    const name = declared.name;
    if (declared.variables === 0) return name;
    const args = Array.from({ length: declared.variables }, (_, index) => {
      const arg = node.args[index];
      return arg === undefined ? "unknown" : this.of(arg, direction);
    });
    return `${name}<${args.join(", ")}>`;
  }

  /** Note that the text names something of this package. */
  imported(name: string): string {
    this.#names.imported(name);
    return name;
  }
}

/** The value table of the bridge, as types. */
const SCALARS: Readonly<
  Record<string, { readonly in: string; readonly out: string }>
> = {
  bool: same("boolean"),
  int: same("int"),
  float: same("number"),
  complex: { in: "Complex | number", out: "Complex" },
  str: same("string"),
  bytes: bytes(),
  bytearray: bytes(),
  memoryview: bytes(),
  datetime: {
    in:
      "Date | Temporal.Instant | Temporal.ZonedDateTime | Temporal.PlainDateTime",
    out: "Temporal.ZonedDateTime | Temporal.PlainDateTime",
  },
  date: same("Temporal.PlainDate"),
  time: same("Temporal.PlainTime"),
  timedelta: same("Temporal.Duration"),
  Decimal: same("Decimal"),
  UUID: same("Uuid"),
  Path: same("string"),
  exception: same("Error"),
};

function same(text: string) {
  return { in: text, out: text };
}

function bytes() {
  return { in: "Uint8Array | ArrayBuffer", out: "Uint8Array<ArrayBuffer>" };
}

function literalText(value: Literal): string {
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
