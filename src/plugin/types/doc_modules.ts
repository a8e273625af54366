/**
 * Names in the modules that `deno doc` has told of.
 *
 * @module
 */

import type {
  DocDeclaration,
  DocFile,
  DocImport,
  DocJson,
} from "./doc_json.ts";

/** What a name stands for, and in which module. */
export interface Found {
  /** The module's address. */
  readonly file: string;
  /** What is declared there; a whole module has none. */
  readonly declaration?: DocDeclaration;
}

/** Finds what names stand for, and notes which modules it would need. */
export class DocModules {
  readonly #files = new Map<string, DocFile>();
  readonly #missing = new Set<string>();

  /** Modules that were asked for and are not there; forgets them. */
  takeMissing(): string[] {
    const missing = [...this.#missing];
    this.#missing.clear();
    return missing;
  }

  /** Take in what `deno doc` says; `asked` is known now, whatever it says. */
  add({ nodes }: DocJson, asked: readonly string[]): void {
    for (const file of asked) this.#files.set(file, {});
    for (const [file, doc] of Object.entries(nodes)) this.#files.set(file, doc);
  }

  /** What `name` is in the module `file`, through its imports. */
  find(file: string, name: string): Found | undefined {
    const symbol = this.#file(file)?.symbols?.find((each) =>
      each.name === name
    );
    const declaration = symbol?.declarations[0];
    if (declaration !== undefined) {
      return { file: declaration.location.filename, declaration };
    }
    const imported = this.#file(file)?.imports?.find((each) =>
      each.importedName === name
    );
    return imported && this.#imported(imported);
  }

  /** What a module exports, by name. */
  exported(file: string): [string, DocDeclaration][] {
    return (this.#file(file)?.symbols ?? []).flatMap(
      ({ name, declarations: [first] }) =>
        first?.declarationKind === "export"
          ? [[name, first] as [string, DocDeclaration]]
          : [],
    );
  }

  #imported({ originalName, src }: DocImport): Found | undefined {
    if (this.#file(src) === undefined) return undefined;
    return originalName === undefined
      ? { file: src }
      : this.find(src, originalName);
  }

  #file(file: string): DocFile | undefined {
    const doc = this.#files.get(file);
    if (doc === undefined) this.#missing.add(file);
    return doc;
  }
}
