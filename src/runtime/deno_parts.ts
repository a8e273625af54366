/**
 * Parts of Deno that it loads when they are used for the first time.
 *
 * V8 must not be told to leave in the middle of that: what is half loaded ends
 * the whole process (a panic of Deno 2.9's). Who may tell it so, a timed step
 * or the end of a worker, has them loaded before.
 *
 * @module
 */

/** What else is loaded besides what every guest needs. */
export interface DenoParts {
  /** Whether files of the host may be changed: some of it is `node:fs`. */
  readonly forFiles?: boolean;
  /** Whether functions of the host run: they are likely to fetch. */
  readonly forFunctions?: boolean;
}

/** Load them; those that are there cost nothing. */
export function loadDenoParts({ forFiles, forFunctions }: DenoParts): void {
  touch("setTimeout", "setImmediate", "structuredClone");
  if (forFunctions) loadFetch();
  if (forFiles) builtIn("node:fs");
}

/** One of Node's modules, loaded at once; nothing where there is no such way. */
export function builtIn<Name extends keyof NodeModules>(
  name: Name,
): NodeModules[Name] | undefined {
  const { process } = globalThis as { process?: NodeProcess };
  return process?.getBuiltinModule?.(name) as NodeModules[Name] | undefined;
}

interface NodeModules {
  "node:fs": typeof import("node:fs");
  "node:vm": typeof import("node:vm");
}

interface NodeProcess {
  getBuiltinModule?(name: string): unknown;
}

/** A call is what loads it, be it one that asks for nothing; a stub stays. */
function loadFetch(): void {
  touch("Response", "ReadableStream");
  if (!String(fetch).includes("lazyFetch()")) return;
  (fetch as () => Promise<unknown>)().catch(() => {});
}

/** A look at a name is what loads it. */
function touch(...names: readonly (keyof typeof globalThis)[]): void {
  for (const name of names) void globalThis[name];
}
