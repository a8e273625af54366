/**
 * From a type of the host's to Python's text for it, and the imports that the
 * text needs.
 *
 * @module
 */

import type { HostType } from "./host_shape.ts";

/** `take`: a parameter, which Python passes; `give`: what Python gets. */
export type Use = "take" | "give";

/** The module that has the records. */
export const RECORDS = "host._types";

/** Writes annotations for one stub. */
export class PythonText {
  readonly #module: string;
  readonly #defined: ReadonlySet<string>;
  readonly #from = new Map<string, Set<string>>();
  readonly #whole = new Set<string>();

  /**
   * Make one.
   *
   * @param module The stub's module.
   * @param defined The names that it defines: no import may take them.
   */
  constructor(module: string, defined: Iterable<string>) {
    this.#module = module;
    this.#defined = new Set(defined);
  }

  /** The import statements, sorted. */
  get imports(): string {
    const whole = [...this.#whole].sort().map((module) =>
      `import ${module} as ${wholeName(module)}\n`
    );
    const from = [...this.#from].sort(([a], [b]) => a < b ? -1 : 1).map((
      [module, names],
    ) => `from ${module} import ${[...names].sort().join(", ")}\n`);
    return [...whole, ...from].join("");
  }

  /** A name of a module; through the module where the name is taken. */
  word(module: string, name: string): string {
    if (module === this.#module) return name;
    if (this.#defined.has(name)) {
      this.#whole.add(module);
      return `${wholeName(module)}.${name}`;
    }
    if (module !== "builtins") {
      const names = this.#from.get(module) ?? new Set();
      this.#from.set(module, names.add(name));
    }
    return name;
  }

  /** The text for a type. */
  of(type: HostType, use: Use): string {
    switch (type.kind) {
      case "any":
        return this.word("typing", "Any");
      case "none":
        return "None";
      case "bool":
      case "int":
      case "object":
        return this.word("builtins", type.kind);
      case "number":
        return this.word("builtins", "float");
      case "text":
        return this.word("builtins", "str");
      case "bytes":
        return use === "give"
          ? this.word("builtins", "bytes")
          : this.word("collections.abc", "Buffer");
      case "datetime":
        return this.word("datetime", "datetime");
      case "class":
        return this.word(type.module, type.name);
      case "literal":
        return this.#literal(type.value);
      case "union":
        return this.#union(type.members, use);
      case "tuple":
        return this.#tuple(type.items, use);
      case "map":
        return `${
          use === "give"
            ? this.word("builtins", "dict")
            : this.word("collections.abc", "Mapping")
        }[${this.of(type.key, use)}, ${this.of(type.value, use)}]`;
      case "record":
        return this.word(RECORDS, type.name);
      case "variable":
        return type.name;
      case "callable":
        return this.#callable(type, use);
      default:
        return `${this.#container(type.kind, use)}[${this.of(type.item, use)}]`;
    }
  }

  #container(
    kind: "list" | "set" | "stream" | "promise" | "array",
    use: Use,
  ): string {
    const given = use === "give";
    switch (kind) {
      case "list":
        return given
          ? this.word("builtins", "list")
          : this.word("collections.abc", "Sequence");
      case "set":
        return given
          ? this.word("builtins", "set")
          : this.word("collections.abc", "Set");
      case "stream":
        return given
          ? this.word("host._types", "HostIterator")
          : this.word("collections.abc", "Iterable");
      case "promise":
        return this.word("collections.abc", "Awaitable");
      case "array":
        return given
          ? this.word("array", "array")
          : this.word("collections.abc", "Sequence");
      default:
        return kind satisfies never;
    }
  }

  #literal(value: string | number | boolean): string {
    const text = typeof value === "boolean"
      ? (value ? "True" : "False")
      : pythonString(value);
    return `${this.word("typing", "Literal")}[${text}]`;
  }

  /** Literals are one Literal; what is anything makes all of it anything. */
  #union(members: readonly HostType[], use: Use): string {
    if (members.length === 0 || members.some(({ kind }) => kind === "any")) {
      return this.of({ kind: "any" }, use);
    }
    const texts = new Set(members.map((member) => this.of(member, use)));
    const literals = [...texts].flatMap((text) =>
      /^\w*\.?Literal\[(.*)\]$/s.exec(text)?.[1] ?? []
    );
    const others = [...texts].filter((text) => !/^\w*\.?Literal\[/.test(text));
    const literal = literals.length === 0
      ? []
      : [`${this.word("typing", "Literal")}[${literals.join(", ")}]`];
    return [...literal, ...others].join(" | ");
  }

  /** An array arrives as a list, however its items are called. */
  #tuple(items: readonly HostType[], use: Use): string {
    const item = this.of({ kind: "union", members: items }, use);
    if (use === "give") return `${this.word("builtins", "list")}[${item}]`;
    const texts = items.map((each) => this.of(each, use)).join(", ");
    return `${this.word("builtins", "tuple")}[${texts || "()"}]`;
  }

  #callable(
    { params, result }: Extract<HostType, { kind: "callable" }>,
    use: Use,
  ): string {
    const back = use === "take" ? "give" : "take";
    const texts = params.map((each) => this.of(each, back)).join(", ");
    return `${this.word("collections.abc", "Callable")}[[${texts}], ${
      this.of(result, use)
    }]`;
  }
}

/** A string or a number as Python writes it: JSON's escapes are Python's. */
export function pythonString(value: string | number): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ud800-\udfff]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function wholeName(module: string): string {
  return `_${module.replace(/^_|\./g, "")}`;
}
