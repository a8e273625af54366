/**
 * Run Python plugins inside a Deno program.
 *
 * CPython itself runs as WebAssembly in your process; host and plugin call
 * each other, and the plugin reaches nothing that it was not granted.
 *
 * ```ts
 * import { loadPlugin } from "@x/py-plugin";
 * import { assertEquals } from "@std/assert";
 *
 * await using plugin = await loadPlugin({
 *   source: `
 * import sdk
 *
 * def run_e(payload: str, ident: int) -> None:
 *     sdk.return_result(payload.title(), ident)
 * `,
 * });
 * const result = await plugin.run("hello from python");
 * assertEquals(result.text(), "Hello From Python");
 * ```
 *
 * @module
 */

export * from "./src/plugin/mod.ts";
export * from "./src/errors.ts";

if (import.meta.main) {
  // Not awaited at the top level: cli imports this very module.
  import("./src/cli/main.ts").then(({ main }) => main());
}
