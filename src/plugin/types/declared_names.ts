/**
 * Names for the types that a plugin declares: one for what arrives, one for
 * what is passed, or one for both where they are the same.
 *
 * @module
 */

import type { Declaration, TypeNode } from "./description.ts";
import type { Direction, TypeNames } from "./type_text.ts";
import { typeName } from "./words.ts";

/** Names that the written file uses for something else. */
const TAKEN =
  ("Api Values Array ArrayBuffer AsyncIterable Complex Date Decimal " +
    "Disposable Iterable KeywordArguments Map Promise PromiseLike PyObject " +
    "ReadonlyMap ReadonlySet Record Set Temporal Uint8Array Uuid any bigint " +
    "boolean never null number object string symbol undefined unknown void")
    .split(" ");

/** A declaration in one direction. */
export interface Wanted {
  readonly declaration: Declaration;
  readonly direction: Direction;
  readonly name: string;
}

/** Gives names, and remembers which were asked for. */
export class DeclaredNames implements TypeNames {
  readonly int: string;
  readonly #declarations: ReadonlyMap<string, Declaration>;
  readonly #names = new Map<string, string>();
  readonly #imports = new Set<string>();
  readonly #wanted = new Map<string, Wanted>();
  readonly #differ: ReadonlySet<string>;

  /**
   * Make one.
   *
   * @param declarations The plugin's types.
   * @param int The text for `int`.
   */
  constructor(declarations: readonly Declaration[], int: string) {
    this.int = int;
    this.#declarations = new Map(declarations.map((each) => [each.key, each]));
    this.#differ = differing(this.#declarations);
    const taken = new Set(TAKEN);
    for (const { key, name } of declarations) {
      let unused = typeName(name);
      while (taken.has(unused) || taken.has(`${unused}Input`)) unused += "_";
      taken.add(unused);
      taken.add(`${unused}Input`);
      this.#names.set(key, unused);
    }
  }

  /** What the text names of this package, sorted. */
  get imports(): string[] {
    return [...this.#imports].sort();
  }

  /** What was asked for, in the order of the first question; grows meanwhile. */
  wanted(): Iterable<Wanted> {
    return this.#wanted.values();
  }

  /** What a declaration is called; it will be declared. */
  declared(
    key: string,
    direction: Direction,
  ): { readonly name: string; readonly variables: number } | undefined {
    const declaration = this.#declarations.get(key);
    if (declaration === undefined) return undefined;
    const differs = this.#differ.has(key);
    const plain = this.#names.get(key) ?? "unknown";
    const name = differs && direction === "in" ? `${plain}Input` : plain;
    if (!this.#wanted.has(name)) {
      this.#wanted.set(name, {
        declaration,
        direction: differs ? direction : "out",
        name,
      });
    }
    const variables = "variables" in declaration
      ? declaration.variables.length
      : 0;
    return { name, variables };
  }

  /** Whether all values of a type are text. */
  isText(node: TypeNode): boolean {
    switch (node.kind) {
      case "scalar":
        return node.name === "str" || node.name === "Path";
      case "literal":
        return typeof node.value === "string";
      case "union":
        return node.members.length > 0 &&
          node.members.every((member) => this.isText(member));
      case "ref": {
        const target = this.#declarations.get(node.key);
        if (target?.kind === "enum") {
          return target.values.length > 0 &&
            target.values.every((value) => this.isText(value));
        }
        return target?.kind === "alias" && target.type.kind !== "ref" &&
          target.type.kind !== "union" && this.isText(target.type);
      }
      default:
        return false;
    }
  }

  /** Note that the text names something of this package. */
  imported(name: string): void {
    this.#imports.add(name);
  }
}

/** The keys of types that arrive as something else than what can be passed. */
function differing(
  declarations: ReadonlyMap<string, Declaration>,
): Set<string> {
  const differ = new Set<string>();
  for (let before = -1; before !== differ.size;) {
    before = differ.size;
    for (const [key, declaration] of declarations) {
      if (declarationDiffers(declaration, differ)) differ.add(key);
    }
  }
  return differ;
}

function declarationDiffers(
  declaration: Declaration,
  differ: ReadonlySet<string>,
): boolean {
  switch (declaration.kind) {
    case "record":
      return declaration.fields.some((field) =>
        field.input !== field.output || field.required !== field.always ||
        nodeDiffers(field.type, differ)
      );
    case "alias":
      return nodeDiffers(declaration.type, differ);
    case "enum":
    case "class":
      return false;
    default:
      return declaration satisfies never;
  }
}

const DIFFERENT_SCALARS = "complex bytes bytearray memoryview datetime".split(
  " ",
);

function nodeDiffers(node: TypeNode, differ: ReadonlySet<string>): boolean {
  switch (node.kind) {
    case "any":
    case "none":
    case "never":
    case "unknown":
    case "object":
    case "variable":
    case "literal":
      return false;
    case "scalar":
      return DIFFERENT_SCALARS.includes(node.name);
    case "union":
      return node.members.some((member) => nodeDiffers(member, differ));
    case "ref":
      return differ.has(node.key) ||
        node.args.some((arg) => nodeDiffers(arg, differ));
    case "awaitable":
      return nodeDiffers(node.item, differ);
    default:
      return true; // what holds others is readonly on its way in
  }
}
