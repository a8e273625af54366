/**
 * The step that makes three modules of the one that has started: the code that a start
 * has to load, what its memory holds, and the rest of the code.
 *
 * @module
 */

import { BuildError } from "./build_error.ts";
import { byBytes } from "./files.ts";
import { WHOLE_WASM } from "./snapshot.ts";
import { BUILD, type Step } from "./step.ts";
import { functionNames } from "./wasm/functions.ts";
import { readSections } from "./wasm/sections.ts";
import { split } from "./wasm/split.ts";

/** The code of most runs, relative to the repository. */
export const PYTHON_WASM = `${BUILD}/out/python.wasm`;
/** What its memory holds at first. */
export const MEMORY_WASM = `${BUILD}/out/memory.wasm`;
/** The rest of the code. */
export const REST_WASM = `${BUILD}/out/rest.wasm`;
/** The functions of the first part, a name in a line; `build.ts hot` writes it. */
export const HOT_FUNCTIONS = "wrapper/profile/hot.txt";

/** The export that brings the rest. */
const BRING = "plug_bring";
/**
 * What the host calls where the guest cannot wait for code: all that these
 * call by name is in the first part, whether it ran in training or not.
 */
const PLAIN = [
  "_initialize",
  "allocate",
  "deallocate",
  "plug_drop",
  "plug_error",
  "plug_error_size",
  "plug_inbox",
  "plug_mail",
  "plug_outbox",
  "plug_promised",
  "plug_stack",
  "plug_ticks",
  "plug_trace",
];

/**
 * Entries that may wait, from the moment at which they have said so: what says
 * so is in the first part, whatever ran in training.
 */
const WAITING: readonly string[] = [
  "plug_enter",
  "plug_enter_as_promised",
  "plug_freeze",
  "plug_init",
  "plug_load",
  "plug_script",
  "plug_serve",
  "run_e",
];

/** From the module that has started to the three that are shipped. */
export function splitStep(saved: Step): Step {
  return {
    name: "split",
    needs: [saved],
    inputs: () => [
      WHOLE_WASM,
      HOT_FUNCTIONS,
      "wrapper/build/split.ts",
      "src/runtime/split_names.ts",
      ...wasmSources(),
    ],
    actions: () => [{
      kind: "call",
      what: `split ${WHOLE_WASM} by ${HOT_FUNCTIONS}`,
      call: () => {
        const file = Deno.readFileSync(WHOLE_WASM);
        const hot = hotIndices(file, Deno.readTextFileSync(HOT_FUNCTIONS));
        const { first, memory, rest } = split(file, {
          isFirst: (index) => hot.has(index),
          bring: BRING,
          plain: PLAIN,
        });
        Deno.writeFileSync(PYTHON_WASM, first);
        Deno.writeFileSync(MEMORY_WASM, memory);
        Deno.writeFileSync(REST_WASM, rest);
      },
    }],
    outputs: [PYTHON_WASM, MEMORY_WASM, REST_WASM],
  };
}

/** Names of CPython's that are not there any more count for nothing. */
function hotIndices(file: Uint8Array, text: string): Set<number> {
  const hot = new Set([...text.split("\n"), ...WAITING]);
  const names = [...functionNames(readSections(file))];
  demandWrapper(hot, new Set(names.map(([, name]) => name)));
  return new Set(
    names.filter(([, name]) => hot.has(name)).map(([index]) => index),
  );
}

/** A start may not wait for the wrapper's own functions. */
function demandWrapper(hot: Set<string>, names: Set<string>): void {
  const [gone] = hot.difference(names).values()
    .filter((name) => name.startsWith("plug_"));
  if (gone === undefined) return;
  throw new BuildError(
    `Cannot split the code: ${HOT_FUNCTIONS} has ${gone}, and the wrapper has not, so others may be missing there: build.ts hot, then build`,
  );
}

function wasmSources(): string[] {
  return [...Deno.readDirSync("wrapper/build/wasm")]
    .map(({ name }) => `wrapper/build/wasm/${name}`)
    .sort(byBytes);
}
