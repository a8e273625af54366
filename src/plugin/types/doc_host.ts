/**
 * From what `deno doc` says of a module to what it offers as a host.
 *
 * @module
 */

import { PluginError } from "../../errors.ts";
import type {
  DocDeclaration,
  DocJson,
  DocMembers,
  DocMethod,
  DocParam,
  DocProperty,
  DocType,
  JsDoc,
} from "./doc_json.ts";
import { DocModules } from "./doc_modules.ts";
import { DocTypes, HOST, inside, type Place, typeOf } from "./doc_types.ts";
import type {
  HostEntry,
  HostParameter,
  HostShape,
  HostSignature,
  HostType,
} from "./host_shape.ts";

/** Runs `deno doc --private --json` over modules. */
export type DocOf = (files: readonly string[]) => Promise<DocJson>;

/** How often further modules are asked for: imports of imports of imports. */
const MAX_ROUNDS = 8;

/**
 * Read what the module `file` offers: its default export, or its export `host`.
 *
 * @throws {PluginError} When it has neither, or their properties are unknown.
 */
export async function readHost(file: string, docOf: DocOf): Promise<HostShape> {
  const modules = new DocModules();
  modules.add(await docOf([file]), [file]);
  for (let round = 0;; round++) {
    const shape = new HostReader(modules).read(file);
    const missing = modules.takeMissing();
    if (missing.length === 0 || round >= MAX_ROUNDS) return shape;
    modules.add(await docOf(missing), missing);
  }
}

/** Declarations that are gone when the module runs. */
const TYPES = ["interface", "typeAlias"];

class HostReader {
  readonly #modules: DocModules;
  readonly #types: DocTypes;
  readonly #warnings: string[] = [];

  constructor(modules: DocModules) {
    this.#modules = modules;
    this.#types = new DocTypes(modules, (text) => {
      if (!this.#warnings.includes(text)) this.#warnings.push(text);
    });
  }

  read(file: string): HostShape {
    const found = this.#modules.find(file, "default") ??
      this.#modules.find(file, "host");
    const { declaration } = found ?? {};
    const members = declaration?.def?.tsType;
    if (declaration === undefined || found === undefined) {
      throw unreadable(file, "it has no default export and no export host");
    }
    if (members?.kind !== "typeLiteral") {
      throw unreadable(
        file,
        "its host is no object whose properties are written there; say what it is with `satisfies HostNamespace`, not with an annotation",
      );
    }
    const place = { file: found.file, path: [HOST], variables: [] };
    const entries = this.#entries(members.value, place);
    return {
      doc: docText(declaration.jsDoc),
      entries,
      records: [...this.#types.records.values()],
      warnings: this.#warnings,
    };
  }

  #entries(members: DocMembers, place: Place): HostEntry[] {
    return [
      ...(members.properties ?? []).map((each) => this.#property(each, place)),
      ...(members.methods ?? []).map((each) => this.#method(each, place)),
    ];
  }

  #property(property: DocProperty, place: Place): HostEntry {
    const name = property.computed
      ? property.name.replace(/^\["?|"?\]$/g, "")
      : property.name;
    const { tsType, jsDoc } = property;
    const doc = docText(jsDoc);
    const there = inside(place, name);
    if (tsType === undefined) return this.#named(name, doc, there);
    return this.#valued({ name, doc }, tsType, there);
  }

  #valued(
    named: Pick<HostEntry, "name" | "doc">,
    type: DocType,
    place: Place,
  ): HostEntry {
    if (type.kind === "typeLiteral") {
      const entries = this.#entries(type.value, place);
      return { ...named, kind: "namespace", entries };
    }
    if (type.kind === "fnOrConstructor") {
      const { tsType, params, typeParams = [] } = type.value;
      const signature = this.#signature(
        { params, returnType: tsType, typeParams },
        place,
      );
      return { ...named, kind: "function", signature };
    }
    if (type.kind === "typeRef" && type.value.typeName === "HostFunction") {
      return { ...named, kind: "function", signature: ANYTHING };
    }
    return { ...named, kind: "value", type: this.#types.of(type, place) };
  }

  #method(method: DocMethod, place: Place): HostEntry {
    const { name, jsDoc, returnType } = method;
    const there = inside(place, name);
    const named = { name, doc: docText(jsDoc) };
    return method.kind === "getter"
      ? { ...named, kind: "value", type: this.#types.of(returnType, there) }
      : {
        ...named,
        kind: "function",
        signature: this.#signature(method, there),
      };
  }

  /** `{ kv }`: what the module declares or imports under that name. */
  #named(name: string, doc: string, place: Place): HostEntry {
    const found = this.#modules.find(place.file, name);
    if (found === undefined) return this.#unknown(name, doc, place);
    const there = { ...place, file: found.file };
    if (found.declaration === undefined) {
      const entries = this.#modules.exported(found.file)
        .filter(([, { kind }]) => !TYPES.includes(kind))
        .map(([name, each]) =>
          this.#declared(name, "", each, inside(there, name))
        );
      return { name, doc, kind: "namespace", entries };
    }
    return this.#declared(name, doc, found.declaration, there);
  }

  #declared(
    name: string,
    doc: string,
    { kind, def, jsDoc }: DocDeclaration,
    place: Place,
  ): HostEntry {
    const named = { name, doc: doc || docText(jsDoc) };
    if (kind === "function" && def !== undefined) {
      const { params = [], returnType, typeParams = [], isAsync } = def;
      const parts = { params, returnType, typeParams };
      const signature = this.#signature(parts, place);
      const { result } = signature;
      const deferred: HostType = isAsync && result.kind !== "promise"
        ? { kind: "promise", item: result }
        : result;
      return {
        ...named,
        kind: "function",
        signature: { ...signature, result: deferred },
      };
    }
    if (kind === "variable" && def?.tsType !== undefined) {
      return this.#valued(named, def.tsType, place);
    }
    return this.#unknown(name, named.doc, place);
  }

  #unknown(name: string, doc: string, place: Place): HostEntry {
    this.#warnings.push(
      `${place.path.join(".")}: its type is not written where it is offered`,
    );
    return { name, doc, kind: "value", type: { kind: "any" } };
  }

  /** As the plugin sees it: the last parameter's braces hold keywords. */
  #signature(
    { params, returnType, typeParams = [] }: {
      readonly params: readonly DocParam[];
      readonly returnType?: DocType | undefined;
      readonly typeParams?: readonly { readonly name: string }[];
    },
    outer: Place,
  ): HostSignature {
    const variables = typeParams.map(({ name }) => name);
    const place = { ...outer, variables };
    const last = params.at(-1);
    const isRest = last?.kind === "rest";
    const keywords = last === undefined ? [] : this.#keywords(last, place);
    const plain = isRest || keywords.length > 0 ? params.slice(0, -1) : params;
    return {
      variables,
      positional: this.#positional(plain, place),
      keywords,
      result: this.#types.of(returnType, inside(place, "result")),
      ...(isRest ? { rest: this.#rest(last, place) } : {}),
    };
  }

  /** Behind one that is optional, all are. */
  #positional(params: readonly DocParam[], place: Place): HostParameter[] {
    let optional = false;
    return params.map((param, index) => {
      const { name } = param.left ?? param;
      optional ||= param.kind === "assign" || param.optional === true;
      const said = name ?? `arg${index + 1}`;
      const type = this.#types.of(typeOf(param), inside(place, said));
      return { name: said, type, optional };
    });
  }

  #rest(param: DocParam, place: Place): HostParameter {
    const type = this.#types.of(typeOf(param), place);
    return {
      name: param.arg?.name ?? "args",
      type: type.kind === "list" ? type.item : { kind: "any" },
      optional: true,
    };
  }

  #keywords(param: DocParam, place: Place): HostParameter[] {
    const pattern = param.left ?? param;
    if (pattern.kind !== "object") return [];
    const type = typeOf(param);
    const whole = param.kind === "assign";
    const fields = type?.kind === "typeLiteral"
      ? this.#types.fields(type.value, place)
      : [];
    return (pattern.props ?? []).flatMap(({ key }) => {
      if (key === undefined) return [];
      const field = fields.find(({ name }) => name === key);
      return [{
        name: key,
        type: field?.type ?? { kind: "any" } as const,
        optional: whole || (field?.optional ?? true),
      }];
    });
  }
}

/** A {@linkcode HostFunction} says at run time what it takes. */
const ANYTHING: HostSignature = {
  variables: [],
  positional: [],
  rest: { name: "args", type: { kind: "any" }, optional: true },
  keywords: [{ name: "**kwargs", type: { kind: "any" }, optional: true }],
  result: { kind: "any" },
};

/** The text, and what it says of parameters. */
function docText(jsDoc: JsDoc | undefined): string {
  const params = (jsDoc?.tags ?? []).flatMap(({ kind, name, doc }) => {
    if (kind === "param" && doc) return [`${name}: ${doc.trim()}`];
    return kind === "return" && doc ? [`Returns: ${doc.trim()}`] : [];
  });
  return [(jsDoc?.doc ?? "").trim(), params.join("\n")].filter((part) =>
    part !== ""
  )
    .join("\n\n");
}

function unreadable(file: string, reason: string): PluginError {
  return new PluginError(`Cannot read the host from ${file}: ${reason}`, {
    fault: "caller",
  });
}
