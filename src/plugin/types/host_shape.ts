/**
 * What a host offers, with its types: between `deno doc` and stubs.
 *
 * @module
 */

/** A type, as far as the bridge tells types apart. */
export type HostType =
  | { readonly kind: "any" | "none" | "bool" | "int" | "number" | "text" }
  | { readonly kind: "bytes" | "datetime" | "object" }
  /** A class of Python's: `decimal.Decimal`. */
  | { readonly kind: "class"; readonly module: string; readonly name: string }
  | { readonly kind: "literal"; readonly value: string | number | boolean }
  | { readonly kind: "union"; readonly members: readonly HostType[] }
  | {
    readonly kind: "list" | "set" | "stream" | "promise" | "array";
    readonly item: HostType;
  }
  | { readonly kind: "tuple"; readonly items: readonly HostType[] }
  | {
    readonly kind: "map";
    readonly key: HostType;
    readonly value: HostType;
  }
  | { readonly kind: "record"; readonly name: string }
  | { readonly kind: "variable"; readonly name: string }
  | {
    readonly kind: "callable";
    readonly params: readonly HostType[];
    readonly result: HostType;
  };

/** A parameter of a host function. */
export interface HostParameter {
  readonly name: string;
  readonly type: HostType;
  readonly optional: boolean;
}

/** How a host function is called. */
export interface HostSignature {
  readonly variables: readonly string[];
  readonly positional: readonly HostParameter[];
  readonly rest?: HostParameter;
  readonly keywords: readonly HostParameter[];
  /** What it gives; a promise when it is asynchronous. */
  readonly result: HostType;
}

/** Something that a host offers. */
export type HostEntry =
  & { readonly name: string; readonly doc: string }
  & (
    | { readonly kind: "function"; readonly signature: HostSignature }
    | { readonly kind: "value"; readonly type: HostType }
    | { readonly kind: "namespace"; readonly entries: readonly HostEntry[] }
  );

/** An object with known properties: a TypedDict. */
export interface HostRecord {
  readonly name: string;
  readonly doc: string;
  readonly fields: readonly HostParameter[];
}

/** All that a host offers. */
export interface HostShape {
  readonly doc: string;
  readonly entries: readonly HostEntry[];
  readonly records: readonly HostRecord[];
  /** What could not be read, one sentence each. */
  readonly warnings: readonly string[];
}
