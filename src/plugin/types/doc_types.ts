/**
 * From the types of `deno doc` to what the bridge makes of them.
 *
 * @module
 */

import type {
  DocDefinition,
  DocLiteral,
  DocMembers,
  DocParam,
  DocType,
  DocTypeRef,
} from "./doc_json.ts";
import type { DocModules } from "./doc_modules.ts";
import type { HostParameter, HostRecord, HostType } from "./host_shape.ts";
import { ANY, KEYWORDS, KNOWN } from "./known_types.ts";

/** Where the ways to all that is offered begin. */
export const HOST = "host";

/** Where a type stands. */
export interface Place {
  /** The module's address. */
  readonly file: string;
  /** The way to it: `host`, `kv`, `set`, `value`; or from a declared type. */
  readonly path: readonly string[];
  /** Type variables that can be named. */
  readonly variables: readonly string[];
}

/** Reads types; objects with known properties become records. */
export class DocTypes {
  /** Records by what they were made of. */
  readonly records: Map<string, HostRecord> = new Map();
  readonly #modules: DocModules;
  readonly #warn: (text: string) => void;
  readonly #aliases = new Set<string>();

  /**
   * Make one.
   *
   * @param modules Where names are looked up.
   * @param warn Is told what cannot be read.
   */
  constructor(modules: DocModules, warn: (text: string) => void) {
    this.#modules = modules;
    this.#warn = warn;
  }

  /** The type for one of `deno doc`'s; nothing said is anything. */
  of(type: DocType | undefined, place: Place): HostType {
    if (type === undefined) return ANY;
    const { kind } = type;
    switch (kind) {
      case "keyword":
        return KEYWORDS[type.value] ?? ANY;
      case "literal":
        return literal(type.value);
      case "union":
        return {
          kind: "union",
          members: type.value.map((each) => this.of(each, place)),
        };
      case "array":
        return { kind: "list", item: this.of(type.value, place) };
      case "tuple":
        return this.#tuple(type.value, place);
      case "parenthesized":
      case "optional":
        return this.of(type.value, place);
      case "typeOperator":
        return this.of(type.value.tsType, place);
      case "typeRef":
        return this.#ref(type.value, place);
      case "typePredicate":
        return { kind: "bool" };
      case "typeLiteral":
        return this.#literalObject(type.value, place);
      case "fnOrConstructor":
        return {
          kind: "callable",
          params: type.value.params.map((each) => this.of(typeOf(each), place)),
          result: this.of(type.value.tsType, place),
        };
      default:
        return this.#unreadable(`a type of the kind ${kind}`, place);
    }
  }

  /** The properties of an object. */
  fields(members: DocMembers, place: Place): HostParameter[] {
    const properties = (members.properties ?? []).map((each) => ({
      name: each.name,
      type: this.of(each.tsType, inside(place, each.name)),
      optional: each.optional === true,
    }));
    const methods = (members.methods ?? []).map((each) => ({
      name: each.name,
      type: {
        kind: "callable" as const,
        params: each.params.map((param) => this.of(typeOf(param), place)),
        result: this.of(each.returnType, place),
      },
      optional: each.optional === true,
    }));
    return [...properties, ...methods];
  }

  #tuple(items: readonly DocType[], place: Place): HostType {
    const types = items.map((each) => this.of(each, place));
    return items.some(({ kind }) => kind === "rest" || kind === "optional")
      ? { kind: "list", item: { kind: "union", members: types } }
      : { kind: "tuple", items: types };
  }

  #literalObject(members: DocMembers, place: Place): HostType {
    const [index] = members.indexSignatures ?? [];
    if (index !== undefined) {
      return {
        kind: "map",
        key: this.of(typeOf(index.params?.[0]), place),
        value: this.of(index.tsType, place),
      };
    }
    const key = JSON.stringify([place.file, place.path]);
    const steps = place.path.filter((step, i) => i > 0 || step !== HOST);
    return this.#record(key, steps.map(capitalized).join(""), () => ({
      doc: "",
      fields: this.fields(members, place),
    }));
  }

  #ref(ref: DocTypeRef, place: Place): HostType {
    const { typeName, typeParams = [], resolution } = ref;
    if (place.variables.includes(typeName)) {
      return { kind: "variable", name: typeName };
    }
    if (resolution?.kind === "typeParam") return ANY;
    const known = KNOWN[typeName];
    if (known !== undefined) {
      return known(...typeParams.map((each) => this.of(each, place)));
    }
    return this.#declared(typeName, place);
  }

  #declared(name: string, place: Place): HostType {
    const found = this.#modules.find(place.file, name);
    const { declaration, file } = found ?? {};
    if (declaration?.def === undefined || file === undefined) {
      return this.#unreadable(name, place);
    }
    const { kind, def, jsDoc } = declaration;
    const there = { file, path: [name], variables: [] };
    switch (kind) {
      case "interface":
        return this.#record(`${file} ${name}`, name, () => ({
          doc: jsDoc?.doc ?? "",
          fields: this.#inherited(def, there),
        }));
      case "typeAlias":
        return this.#alias(def, there);
      case "enum":
        return enumeration(def);
      default:
        return this.#unreadable(`${name}, a ${kind}`, place);
    }
  }

  #inherited(def: DocDefinition, place: Place): HostParameter[] {
    const bases = (def.extends ?? []).flatMap((base) => {
      const type = this.of(base, place);
      if (type.kind !== "record") return [];
      return [...this.records.values()]
        .find(({ name }) => name === type.name)?.fields ?? [];
    });
    const own = this.fields(def, place);
    const names = new Set(own.map(({ name }) => name));
    return [...bases.filter(({ name }) => !names.has(name)), ...own];
  }

  /** An alias is what it stands for; one that contains itself is anything. */
  #alias({ tsType }: DocDefinition, place: Place): HostType {
    const key = `${place.file} ${place.path}`;
    if (place.path[0] === "Int") return { kind: "int" };
    if (this.#aliases.has(key)) return ANY;
    this.#aliases.add(key);
    try {
      return this.of(tsType, place);
    } finally {
      this.#aliases.delete(key);
    }
  }

  /** A record may contain itself: it has its name before it has its fields. */
  #record(
    key: string,
    wanted: string,
    read: () => Pick<HostRecord, "doc" | "fields">,
  ): HostType {
    const known = this.records.get(key);
    if (known !== undefined) return { kind: "record", name: known.name };
    const taken = [...this.records.values()].map(({ name }) => name);
    let name = wanted.replace(/[^\p{ID_Continue}]/gu, "_");
    while (taken.includes(name)) name += "_";
    this.records.set(key, { name, doc: "", fields: [] });
    this.records.set(key, { name, ...read() });
    return { kind: "record", name };
  }

  #unreadable(what: string, place: Place): HostType {
    this.#warn(
      `${place.path.join(".")}: cannot tell what ${what} is to Python`,
    );
    return ANY;
  }
}

/** The same place, one step further in. */
export function inside(place: Place, step: string): Place {
  return { ...place, path: [...place.path, step] };
}

/** A parameter's type; one with a default has it on its left. */
export function typeOf(param: DocParam | undefined): DocType | undefined {
  return param?.tsType ?? (param?.left && typeOf(param.left)) ??
    param?.arg?.tsType;
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function literal({ kind, string, number, boolean }: DocLiteral): HostType {
  if (kind === "string" && string !== undefined) {
    return { kind: "literal", value: string };
  }
  if (kind === "number" && number !== undefined) {
    return Number.isSafeInteger(number)
      ? { kind: "literal", value: number }
      : { kind: "number" };
  }
  if (boolean !== undefined) return { kind: "literal", value: boolean };
  return kind === "template" ? { kind: "text" } : { kind: "int" };
}

/** An enum's values are what crosses; those that are not written count on. */
function enumeration({ members = [] }: DocDefinition): HostType {
  let next = 0;
  const values = members.map(({ init }): HostType => {
    if (init === undefined) return { kind: "literal", value: next++ };
    const type = init.kind === "literal" ? literal(init.value) : ANY;
    if (type.kind === "literal" && typeof type.value === "number") {
      next = type.value + 1;
    }
    return type;
  });
  return { kind: "union", members: values };
}
