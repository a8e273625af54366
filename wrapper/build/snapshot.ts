/**
 * The step that starts Python, once and for all: what it left in memory
 * becomes the module's data.
 *
 * It runs under the host's own WASI and gives it nothing of this machine: a
 * fixed time, fixed random bytes, no variables, no arguments, no files but the
 * standard library.
 *
 * @module
 */

import {
  FREEZE,
  INITIAL_PAGES,
  Instance,
  Library,
  type LibraryFiles,
  type Offer,
  PAGE_SIZE,
  RestOfCode,
  type WrapperExports,
} from "../../src/runtime/mod.ts";
import {
  Context,
  ImageDirectory,
  MemoryDirectory,
  seededRandom,
  SteppedClock,
} from "../../src/wasi/mod.ts";
import { BuildError } from "./build_error.ts";
import { listFiles } from "./files.ts";
import { TREE } from "./image.ts";
import { LINKED_WASM } from "./link.ts";
import { savedModule } from "./saved_module.ts";
import { BUILD, type Step } from "./step.ts";
import { readSections } from "./wasm/sections.ts";

/**
 * CPython, started, with the names of its functions, relative to the
 * repository. It is split into what is shipped; for a profiler it is better.
 */
export const WHOLE_WASM = `${BUILD}/out/whole.wasm`;

/** When it was started: 2026-01-01, as `SOURCE_DATE_EPOCH` has it. */
const START = new Date("2026-01-01T00:00:00Z");

/** From the linked module to one that has started. */
export function snapshotStep(link: Step, image: Step): Step {
  return {
    name: "snapshot",
    needs: [link, image],
    inputs: () => [
      "wrapper/build/memory_image.ts",
      "wrapper/build/saved_module.ts",
      "wrapper/build/snapshot.ts",
      "wrapper/build/wasm/bytes.ts",
      "wrapper/build/wasm/sections.ts",
    ],
    actions: () => [{
      kind: "call",
      what: `start Python in ${LINKED_WASM} and save it as ${WHOLE_WASM}`,
      call: async () => {
        const bytes = await Deno.readFile(LINKED_WASM);
        const stdlib = new Library(() => Promise.resolve(treeFiles()));
        await stdlib.load();
        const memory = await startedMemory(
          await WebAssembly.compile(bytes),
          stdlib,
        );
        const saved = await savedModule(readSections(bytes), memory);
        await Deno.writeFile(WHOLE_WASM, saved);
      },
    }],
    outputs: [WHOLE_WASM],
  };
}

/** All of the memory of a Python that has started and is ready to be saved. */
async function startedMemory(
  module: WebAssembly.Module,
  stdlib: Library,
): Promise<Uint8Array> {
  const context = contextOf(stdlib);
  const instance = await Instance.create({
    module,
    late: { rest: new RestOfCode(() => Promise.reject(notWhole())), stdlib },
    maximum: INITIAL_PAGES * PAGE_SIZE,
    offer: {
      "wasi_snapshot_preview1": context.imports,
      "env": nobody(module, "env"),
      "py_plugin": nobody(module, "py_plugin"),
    },
    bind: (memory) => context.bind(memory),
    begin: (raw) => context.initialize(raw),
  });
  const { wrapper } = instance;
  if (wrapper === undefined) throw new BuildError("Cannot start: no wrapper");
  demand(instance, wrapper, "starting Python", await wrapper.init());
  const frozen = await wrapper.freeze(FREEZE.image);
  demand(instance, wrapper, "getting ready", frozen);
  const { buffer } = instance.memory.bytes(0, 0);
  const pages = buffer.byteLength / PAGE_SIZE;
  if (pages <= INITIAL_PAGES) return new Uint8Array(buffer);
  throw new BuildError(
    `Cannot save a memory of ${pages} pages: a module starts with ${INITIAL_PAGES}; raise INITIAL_PAGES`,
  );
}

function notWhole(): BuildError {
  return new BuildError("Cannot save Python: some of its code is missing");
}

/** The library with the code of all its modules: what is shipped has less. */
function treeFiles(): LibraryFiles {
  return {
    files: new Map(
      listFiles(TREE).map((
        path,
      ) => [path, Deno.statSync(`${TREE}/${path}`).size]),
    ),
    read: (path) => Deno.readFileSync(`${TREE}/${path}`),
  };
}

/** The standard library, and nothing else. */
function contextOf(stdlib: Library): Context {
  const clock = new SteppedClock(START);
  const make = () => new MemoryDirectory({ readOnly: true, clock });
  const library = new ImageDirectory(stdlib);
  const root = make()
    .set("python", make().set("lib", make().set("python3.14", library)));
  return new Context({
    args: ["/"],
    preopens: { "/": root },
    stdin: "null",
    stdout: say,
    stderr: say,
    clock,
    random: seededRandom(0),
  });
}

/** Python says nothing while it starts, unless something is wrong. */
function say(chunk: Uint8Array): void {
  throw new BuildError(
    `Cannot save Python: it printed ${new TextDecoder().decode(chunk)}`,
  );
}

/** Functions that are asked for, and that nobody is there to answer. */
function nobody(module: WebAssembly.Module, from: string): Offer[string] {
  const wanted = WebAssembly.Module.imports(module)
    .filter(({ module, kind }) => module === from && kind === "function");
  return Object.fromEntries(
    wanted.map(({ name }) => [name, () => {
      throw new BuildError(`Cannot save Python: it called ${from}.${name}`);
    }]),
  );
}

function demand(
  { memory }: Instance,
  wrapper: WrapperExports,
  what: string,
  status: number,
): void {
  if (status === 0) return;
  const json = memory.bytes(wrapper.error(), wrapper.errorSize());
  throw new BuildError(
    `Cannot save Python: ${what} failed: ${new TextDecoder().decode(json)}`,
  );
}
