/**
 * What a plugin says of itself.
 *
 * @module
 */

/** A type, as `_py_plugin_annotations.py` writes it. */
export type TypeNode =
  | { readonly kind: "any" | "none" | "never" }
  | { readonly kind: "scalar" | "variable" | "object"; readonly name: string }
  | { readonly kind: "unknown"; readonly text: string }
  | { readonly kind: "literal"; readonly value: Literal }
  | { readonly kind: "union"; readonly members: readonly TypeNode[] }
  | { readonly kind: ItemKind; readonly item: TypeNode }
  | {
    readonly kind: "dict" | "mapping";
    readonly key: TypeNode;
    readonly value: TypeNode;
  }
  | {
    readonly kind: "tuple";
    readonly items: readonly TypeNode[];
    readonly rest: TypeNode | null;
  }
  | {
    readonly kind: "callable";
    readonly params: readonly TypeNode[] | null;
    readonly result: TypeNode;
  }
  | {
    readonly kind: "ref";
    readonly key: string;
    readonly args: readonly TypeNode[];
  };

/** What a literal type can hold. */
export type Literal = string | number | bigint | boolean;

/** Types that hold items of one other type. */
export type ItemKind = (typeof ITEM_KINDS)[number];

/** Their names. */
export const ITEM_KINDS = [
  "list",
  "sequence",
  "set",
  "frozenset",
  "iterable",
  "iterator",
  "async_iterable",
  "async_iterator",
  "awaitable",
] as const;

/** A type variable, and what it stands for. */
export interface Variable {
  readonly name: string;
  readonly bound: TypeNode | null;
  readonly constraints: readonly TypeNode[];
}

/** A parameter of a function. */
export interface Parameter {
  readonly name: string;
  readonly kind: (typeof PARAMETER_KINDS)[number];
  readonly type: TypeNode;
  readonly required: boolean;
}

/** How an argument gets to a parameter. */
export const PARAMETER_KINDS = [
  "positional",
  "either",
  "rest",
  "keyword",
  "keywords",
] as const;

/** One way to call a function. */
export interface Signature {
  readonly params: readonly Parameter[];
  readonly result: TypeNode;
  readonly variables: readonly Variable[];
}

/** A field of a record. */
export interface Field {
  readonly name: string;
  readonly type: TypeNode;
  /** Whether it is given when a record is made. */
  readonly input: boolean;
  /** Whether a record that arrives may have it. */
  readonly output: boolean;
  /** Whether it must be given. */
  readonly required: boolean;
  /** Whether a record that arrives always has it. */
  readonly always: boolean;
}

/** A type with a name of its own. */
export type Declaration =
  & {
    readonly key: string;
    readonly name: string;
    readonly doc: string;
  }
  & (
    | {
      readonly kind: "record";
      readonly variables: readonly Variable[];
      readonly fields: readonly Field[];
    }
    | {
      readonly kind: "alias";
      readonly variables: readonly Variable[];
      readonly type: TypeNode;
    }
    | { readonly kind: "enum"; readonly values: readonly TypeNode[] }
    | { readonly kind: "class" }
  );

/** What can be called, or holds what can be called. */
export interface Member {
  readonly name: string;
  readonly doc: string;
  readonly signatures: readonly Signature[];
  readonly members: readonly Member[];
}

/** All that a plugin says of itself. */
export interface Description {
  readonly doc: string;
  readonly members: readonly Member[];
  readonly values: readonly {
    readonly name: string;
    readonly type: TypeNode;
  }[];
  readonly types: readonly Declaration[];
}
