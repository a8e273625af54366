/**
 * An instance of a module that is not our Python: it may bring its memory.
 *
 * @module
 */

import { PluginLoadError } from "../errors.ts";
import { comparedText } from "../size_text.ts";
import { crashOf } from "./crash.ts";
import { exportedMemory } from "./exports.ts";
import { importObject, importsMemory, type Offer } from "./imports.ts";
import type { InstanceInit } from "./instance.ts";
import { INITIAL_PAGES, pagesFor } from "./memory_size.ts";

/**
 * Instantiate it, and bind its memory.
 *
 * @throws {PluginLoadError} When it cannot be, or has no memory that fits.
 */
export async function instantiateModule(
  init: InstanceInit,
): Promise<{ raw: WebAssembly.Instance; memory: WebAssembly.Memory }> {
  const imported = importsMemory(init.module)
    ? new WebAssembly.Memory({
      initial: INITIAL_PAGES,
      maximum: pagesFor(init.maximum),
    })
    : undefined;
  if (imported !== undefined) init.bind(imported);
  const offer = withMemory(init.offer, imported);
  const raw = await instantiate(init, importObject(init.module, offer));
  const memory = imported ?? exportedMemory(raw);
  demandMemory(memory, init.maximum);
  if (imported === undefined) init.bind(memory);
  return { raw, memory };
}

/** @throws {PluginLoadError} When there is none, or it is too large. */
function demandMemory(
  memory: WebAssembly.Memory | undefined,
  maximum: number,
): asserts memory is WebAssembly.Memory {
  if (memory === undefined) {
    throw new PluginLoadError(
      "Cannot use the module as a plugin: it neither imports nor exports a memory",
    );
  }
  const size = memory.buffer.byteLength;
  if (size <= maximum) return;
  const [has, allowed] = comparedText(size, maximum);
  throw new PluginLoadError(
    `Cannot use the module as a plugin: its memory has ${has}, and ${allowed} are allowed; raise limits.memory`,
  );
}

async function instantiate(
  { module, deadlines }: InstanceInit,
  imports: WebAssembly.Imports,
): Promise<WebAssembly.Instance> {
  try {
    if (!deadlines?.isLimited) {
      return await WebAssembly.instantiate(module, imports);
    }
    // Its start function runs in this, and may run for ever.
    const start = () => new WebAssembly.Instance(module, imports);
    return deadlines.plain(start, () => {});
  } catch (error) {
    if (!(error instanceof WebAssembly.LinkError)) {
      throw crashOf("its start function", error, () => ({}));
    }
    throw new PluginLoadError(
      `Cannot instantiate the plugin: ${error.message}`,
      { cause: error },
    );
  }
}

function withMemory(offer: Offer, memory: WebAssembly.Memory | undefined) {
  return memory === undefined
    ? offer
    : { ...offer, "env": { ...offer["env"], "memory": memory } };
}
