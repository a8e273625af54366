/**
 * What `deno doc --private --json` says of modules: the part that is read here.
 *
 * @module
 */

import { PluginError } from "../../errors.ts";

/** The whole answer. */
export interface DocJson {
  readonly version: number;
  readonly nodes: Readonly<Record<string, DocFile>>;
}

/** A module. */
export interface DocFile {
  readonly imports?: readonly DocImport[];
  readonly symbols?: readonly DocSymbol[];
}

/** A name that a module imports; without `originalName` it is all of `src`. */
export interface DocImport {
  readonly importedName: string;
  readonly originalName?: string;
  readonly src: string;
}

/** A name of a module. */
export interface DocSymbol {
  readonly name: string;
  readonly declarations: readonly DocDeclaration[];
}

/** What a name stands for. */
export interface DocDeclaration {
  readonly kind: string;
  readonly declarationKind: string;
  readonly location: { readonly filename: string };
  readonly jsDoc?: JsDoc;
  readonly def?: DocDefinition;
}

/** Of a variable, a function, an interface, an alias or an enum. */
export interface DocDefinition extends DocMembers {
  readonly tsType?: DocType;
  readonly params?: readonly DocParam[];
  readonly returnType?: DocType;
  readonly typeParams?: readonly { readonly name: string }[];
  readonly isAsync?: boolean;
  readonly extends?: readonly DocType[];
  readonly members?: readonly DocEnumMember[];
}

/** A member of an enum. */
export interface DocEnumMember {
  readonly name: string;
  readonly init?: DocType;
}

/** What is in an object or an interface. */
export interface DocMembers {
  readonly properties?: readonly DocProperty[];
  readonly methods?: readonly DocMethod[];
  readonly indexSignatures?: readonly {
    readonly params?: readonly DocParam[];
    readonly tsType?: DocType;
  }[];
}

/** A property. */
export interface DocProperty {
  readonly name: string;
  readonly computed?: boolean;
  readonly optional?: boolean;
  readonly jsDoc?: JsDoc;
  readonly tsType?: DocType;
}

/** A method, or a getter. */
export interface DocMethod {
  readonly name: string;
  readonly kind: string;
  readonly optional?: boolean;
  readonly jsDoc?: JsDoc;
  readonly params: readonly DocParam[];
  readonly returnType?: DocType;
  readonly typeParams?: readonly { readonly name: string }[];
}

/** A parameter. */
export interface DocParam {
  readonly kind: string;
  readonly name?: string;
  readonly optional?: boolean;
  readonly tsType?: DocType;
  /** Of a parameter with a default. */
  readonly left?: DocParam;
  /** Of a rest parameter. */
  readonly arg?: DocParam;
  /** Of a parameter that is taken apart. */
  readonly props?: readonly { readonly kind: string; readonly key?: string }[];
}

/** A documentation comment. */
export interface JsDoc {
  readonly doc?: string;
  readonly tags?: readonly {
    readonly kind: string;
    readonly name?: string;
    readonly doc?: string;
  }[];
}

/** A type; only some of its kinds are looked into. */
export type DocType =
  | { readonly kind: "keyword"; readonly value: string }
  | { readonly kind: "literal"; readonly value: DocLiteral }
  | { readonly kind: "typeRef"; readonly value: DocTypeRef }
  | {
    readonly kind: "union" | "tuple" | "intersection";
    readonly value: readonly DocType[];
  }
  | {
    readonly kind: "array" | "parenthesized" | "rest" | "optional";
    readonly value: DocType;
  }
  | {
    readonly kind: "typeOperator";
    readonly value: { readonly operator: string; readonly tsType: DocType };
  }
  | {
    readonly kind: "fnOrConstructor";
    readonly value: {
      readonly params: readonly DocParam[];
      readonly tsType: DocType;
      readonly typeParams?: readonly { readonly name: string }[];
    };
  }
  | { readonly kind: "typeLiteral"; readonly value: DocMembers }
  | { readonly kind: "typePredicate" };

/** A literal type. */
export interface DocLiteral {
  readonly kind: string;
  readonly string?: string;
  readonly number?: number;
  readonly boolean?: boolean;
}

/** A type that is named. */
export interface DocTypeRef {
  readonly typeName: string;
  readonly typeParams?: readonly DocType[];
  readonly resolution?: { readonly kind: string };
}

/** The version of the format that this is. */
const VERSION = 2;

/**
 * What `deno doc --json` printed, if it is of the right version: Deno's own
 * words are trusted from there on.
 *
 * @throws {PluginError} When it is of another version.
 */
export function parseDoc(answer: unknown): DocJson {
  const { version, nodes } = Object(answer);
  if (version === VERSION && typeof nodes === "object") {
    return { version, nodes };
  }
  throw new PluginError(
    `Cannot read what deno doc says: it is of version ${version}, not ${VERSION}; this works with Deno 2.9`,
    { fault: "caller" },
  );
}
