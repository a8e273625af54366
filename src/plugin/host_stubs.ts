/**
 * The types of a host, for its plugins.
 *
 * @module
 */

/** The first line of every stub of a host: what has it may be replaced. */
export const STUB_HEAD =
  "# Written by `py-plugin types --host`: change the host, not this file.\n";

/** Stubs of {@linkcode hostStubs}. */
export interface HostStubs {
  /** Paths below the directory of stubs, and their text. */
  readonly files: Readonly<Record<string, string>>;
  /** What could not be read, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Write stubs for `from host import …`, and for the module `sdk`.
 *
 * The host is read, not run: `docOf` gives what `deno doc --private --json`
 * says of a module.
 *
 * ```ts ignore
 * import { hostStubs } from "@x/py-plugin";
 * const { files } = await hostStubs(import.meta.resolve("./host.ts"), denoDoc);
 * ```
 *
 * @param file The address of the module whose default export, or whose
 * `host`, is the host namespace.
 * @param docOf Runs `deno doc --private --json` over modules, and parses what
 * it prints.
 * @returns The stubs.
 * @throws {PluginError} When the module has no host that can be read.
 */
export async function hostStubs(
  file: string,
  docOf: (files: readonly string[]) => Promise<unknown>,
): Promise<HostStubs> {
  const { readHost } = await import("./types/doc_host.ts");
  const { parseDoc } = await import("./types/doc_json.ts");
  const { stubsOf } = await import("./types/stub_text.ts");
  const shape = await readHost(
    file,
    async (files) => parseDoc(await docOf(files)),
  );
  return {
    files: { ...stubsOf(shape), ...await sdkStubs() },
    warnings: shape.warnings,
  };
}

/**
 * The stub of the builtin module `sdk`.
 *
 * @returns Its path below the directory of stubs, and its text.
 */
export async function sdkStubs(): Promise<Readonly<Record<string, string>>> {
  const { SDK_STUB } = await import("./types/sdk_stub.ts");
  return { "sdk.pyi": SDK_STUB };
}
