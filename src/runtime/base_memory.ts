/**
 * The memory that every instance of the artifact begins with.
 *
 * @module
 */

import { importObject } from "./imports.ts";
import { INITIAL_PAGES } from "./memory_size.ts";

/**
 * Let V8 place the data once more, in a memory that no guest runs in.
 *
 * @param python python.wasm.
 */
export function baseMemory(python: WebAssembly.Module): WebAssembly.Memory {
  const memory = new WebAssembly.Memory({
    initial: INITIAL_PAGES,
    maximum: INITIAL_PAGES,
  });
  new WebAssembly.Instance(
    python,
    importObject(python, idle(python, memory)),
  );
  return memory;
}

/** Functions that nobody calls. */
function idle(python: WebAssembly.Module, memory: WebAssembly.Memory) {
  const offer: Record<string, WebAssembly.ModuleImports> = {};
  for (const { module, name, kind } of WebAssembly.Module.imports(python)) {
    const fields = offer[module.replace(/^\.\//, "")] ??= {};
    fields[name] = kind === "memory" ? memory : unused;
  }
  return offer;
}

function unused(): never {
  throw new Error("Nobody calls it");
}
