/**
 * From what a module asks for to its import object.
 *
 * @module
 */

import { PluginLoadError } from "../errors.ts";
import { isSuspending } from "./jspi.ts";

/** Offered imports: module name, then field name. */
export type Offer = Readonly<Record<string, WebAssembly.ModuleImports>>;

/**
 * The import object that `module` asks for.
 *
 * Publishing a package rewrites the module names in a wasm file (`env` becomes
 * `./env`), so the names are asked of the module and a leading `./` is ignored.
 *
 * @throws {PluginLoadError} When something is asked for that is not offered.
 */
export function importObject(
  module: WebAssembly.Module,
  offer: Offer,
): WebAssembly.Imports {
  const imports = new Map<string, [string, WebAssembly.ImportValue][]>();
  const missing: string[] = [];
  for (const wanted of WebAssembly.Module.imports(module)) {
    const value = offered(offer, wanted);
    if (value === undefined) {
      missing.push(`${plainName(wanted.module)}.${wanted.name}`);
      continue;
    }
    const fields = imports.get(wanted.module) ?? [];
    imports.set(wanted.module, [...fields, [wanted.name, value]]);
  }
  if (missing.length > 0) {
    throw new PluginLoadError(
      `Cannot instantiate the plugin: it imports ${
        missing.join(", ")
      }, which this host does not offer`,
    );
  }
  return Object.fromEntries(
    Array.from(imports, ([name, fields]) => [name, Object.fromEntries(fields)]),
  );
}

/**
 * What is offered under a name, if it is of the kind that is wanted.
 *
 * Only an offer's own properties count: a guest may ask for `constructor`, and
 * must not be given what every object has.
 */
function offered(
  offer: Offer,
  wanted: WebAssembly.ModuleImportDescriptor,
): WebAssembly.ImportValue | undefined {
  const name = plainName(wanted.module);
  const fields = Object.hasOwn(offer, name) ? offer[name] : undefined;
  if (fields === undefined || !Object.hasOwn(fields, wanted.name)) {
    return undefined;
  }
  const value = fields[wanted.name];
  const kind = value instanceof WebAssembly.Memory
    ? "memory"
    : value instanceof WebAssembly.Table
    ? "table"
    : value instanceof WebAssembly.Global
    ? "global"
    : typeof value === "function" || isSuspending(value)
    ? "function"
    : undefined;
  return kind === wanted.kind ? value : undefined;
}

/** Whether `module` wants to be given its memory instead of bringing its own. */
export function importsMemory(module: WebAssembly.Module): boolean {
  return WebAssembly.Module.imports(module).some((i) => i.kind === "memory");
}

function plainName(name: string): string {
  return name.startsWith("./") ? name.slice(2) : name;
}
