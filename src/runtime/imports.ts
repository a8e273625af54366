/**
 * From what a module asks for to its import object.
 *
 * @module
 */

import { PluginLoadError } from "../errors.ts";

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
  const imports: Record<string, WebAssembly.ModuleImports> = {};
  const missing: string[] = [];
  for (const wanted of WebAssembly.Module.imports(module)) {
    const value = offer[plainName(wanted.module)]?.[wanted.name];
    if (value === undefined) {
      missing.push(`${plainName(wanted.module)}.${wanted.name}`);
      continue;
    }
    (imports[wanted.module] ??= {})[wanted.name] = value;
  }
  if (missing.length > 0) {
    throw new PluginLoadError(
      `Cannot instantiate the plugin: it imports ${
        missing.join(", ")
      }, which this host does not offer`,
    );
  }
  return imports;
}

/** Whether `module` wants to be given its memory instead of bringing its own. */
export function importsMemory(module: WebAssembly.Module): boolean {
  return WebAssembly.Module.imports(module).some((i) => i.kind === "memory");
}

function plainName(name: string): string {
  return name.startsWith("./") ? name.slice(2) : name;
}
