/**
 * From what a module asks for to its import object.
 *
 * @module
 */

import { PluginLoadError } from "../errors.ts";
import { Suspending } from "./jspi.ts";

/** What is offered for one import. */
export type Offered = WebAssembly.ImportValue | Suspending;

/** What is offered under one module name, by field name. */
export type ModuleOffer = Readonly<Record<string, Offered>>;

/** Offered imports: module name, then field name. */
export type Offer = Readonly<Record<string, ModuleOffer>>;

type Wanted = WebAssembly.ModuleImportDescriptor;

// deno-lint-ignore no-explicit-any -- each import has words of its own
type Call = (...words: any[]) => unknown;

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
  const wanted = WebAssembly.Module.imports(module);
  return objectOf(wanted, valuesFor(wanted, offer));
}

/**
 * The imports of an instance that several guests live in, one after the
 * other: each function leads to the one that was offered last.
 */
export class SwitchedImports {
  /** The import object. */
  readonly object: WebAssembly.Imports;
  readonly #wanted: readonly Wanted[];
  /** The functions that were offered last, where the import is one. */
  readonly #calls: Call[] = [];

  /**
   * @param module The module.
   * @param offer What is no function of it stays.
   * @throws {PluginLoadError} When something is asked for that is not offered.
   */
  constructor(module: WebAssembly.Module, offer: Offer) {
    this.#wanted = WebAssembly.Module.imports(module);
    const values = valuesFor(this.#wanted, offer);
    this.#lead(values);
    const switched = values.map((value, at) => this.#switched(value, at));
    this.object = objectOf(this.#wanted, switched);
  }

  /** Lead to other functions of the same names. */
  connect(offer: Offer): void {
    this.#lead(valuesFor(this.#wanted, offer));
  }

  #lead(values: readonly Offered[]): void {
    values.forEach((value, at) => {
      if (typeof value === "function") this.#calls[at] = value as Call;
      else if (value instanceof Suspending) this.#calls[at] = value.wait;
    });
  }

  #switched(value: Offered, at: number): Offered {
    const calls = this.#calls;
    const call: Call = (...words) => calls[at]?.(...words);
    if (value instanceof Suspending) return new Suspending(call as Wait);
    return typeof value === "function" ? call : value;
  }
}

type Wait = Suspending["wait"];

/** What each import gets. */
function valuesFor(wanted: readonly Wanted[], offer: Offer): Offered[] {
  const values: Offered[] = [];
  const missing: string[] = [];
  for (const each of wanted) {
    const value = offered(offer, each);
    if (value !== undefined) values.push(value);
    else missing.push(`${plainName(each.module)}.${each.name}`);
  }
  if (missing.length === 0) return values;
  throw new PluginLoadError(
    `Cannot instantiate the plugin: it imports ${
      missing.join(", ")
    }, which this host does not offer`,
  );
}

function objectOf(
  wanted: readonly Wanted[],
  values: readonly Offered[],
): WebAssembly.Imports {
  const fieldsOf = new Map<string, [string, WebAssembly.ImportValue][]>();
  for (const [at, value] of values.entries()) {
    const { module, name } = wanted[at] as Wanted;
    const fields = fieldsOf.get(module) ?? [];
    fieldsOf.set(module, fields);
    fields.push([name, value instanceof Suspending ? value.value : value]);
  }
  return Object.fromEntries(
    Array.from(fieldsOf, ([name, fields]) => [
      name,
      Object.fromEntries(fields),
    ]),
  );
}

/**
 * What is offered under a name, if it is of the kind that is wanted.
 *
 * Only an offer's own properties count: a guest may ask for `constructor`, and
 * must not be given what every object has.
 */
function offered(offer: Offer, wanted: Wanted): Offered | undefined {
  const name = plainName(wanted.module);
  const fields = Object.hasOwn(offer, name) ? offer[name] : undefined;
  if (fields === undefined || !Object.hasOwn(fields, wanted.name)) {
    return undefined;
  }
  const value = fields[wanted.name];
  return value !== undefined && kindOf(value) === wanted.kind
    ? value
    : undefined;
}

function kindOf(value: Offered): WebAssembly.ImportExportKind | undefined {
  if (typeof value === "function") return "function";
  if (value instanceof Suspending) return "function";
  if (value instanceof WebAssembly.Memory) return "memory";
  if (value instanceof WebAssembly.Table) return "table";
  return value instanceof WebAssembly.Global ? "global" : undefined;
}

/** Whether `module` wants to be given its memory instead of bringing its own. */
export function importsMemory(module: WebAssembly.Module): boolean {
  return WebAssembly.Module.imports(module).some((i) => i.kind === "memory");
}

function plainName(name: string): string {
  return name.startsWith("./") ? name.slice(2) : name;
}
