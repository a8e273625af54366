/**
 * Steps that find out which functions most runs need: a module whose
 * functions note that they ran, some typical runs of the program with it, and
 * the list of their names.
 *
 * @module
 */

import { BuildError } from "./build_error.ts";
import { byBytes, exists, remove } from "./files.ts";
import { STDLIB_WASM } from "./image.ts";
import { WHOLE_WASM } from "./snapshot.ts";
import { duration, say } from "./report.ts";
import { HOT_FUNCTIONS, PYTHON_WASM, REST_WASM } from "./split.ts";
import { BUILD, type Step } from "./step.ts";
import { functionNames } from "./wasm/functions.ts";
import { mark } from "./wasm/mark.ts";
import { readSections } from "./wasm/sections.ts";

const HOT = `${BUILD}/hot`;
const MARKED = `${HOT}/python.wasm`;
const IMPORT_MAP = `${HOT}/import_map.json`;
const MARKS = `${HOT}/marks`;

/** A run of the program, as its command line. */
interface Run {
  /** Another program than py-plugin's own. */
  readonly program?: string;
  readonly args: readonly string[];
  readonly stdin?: string;
}

/** What people start: small plugins, and a script of each kind of load. */
const RUNS: readonly Run[] = [
  { args: ["plugins/reverse/plugin.py", "It can't bite it's own tail."] },
  { args: ["plugins/csv_summary"], stdin: "city,people\nOslo,709037\n" },
  { args: ["--allow-read=.", "plugins/word_count", "LICENSE"] },
  { args: ["wrapper/profile/syntax.py"] },
  { program: "wrapper/profile/calls.ts", args: [] },
  { args: ["wrapper/profile/imports.py"] },
  { args: ["wrapper/profile/loads.py"] },
];

/** From the module that has started to {@linkcode HOT_FUNCTIONS}. */
export function hotSteps(saved: Step): Step[] {
  const marked: Step = {
    name: "hot-mark",
    needs: [saved],
    inputs: () => [WHOLE_WASM, "wrapper/build/wasm/mark.ts"],
    directory: HOT,
    actions: () => [{
      kind: "call",
      what: `mark the functions of ${WHOLE_WASM} in ${MARKED}`,
      call: () => {
        Deno.writeFileSync(MARKED, mark(Deno.readFileSync(WHOLE_WASM)));
        Deno.writeTextFileSync(IMPORT_MAP, importMap());
      },
    }],
    outputs: [MARKED, IMPORT_MAP],
  };
  return [marked, {
    name: "hot-run",
    needs: [marked],
    actions: () => [{
      kind: "call",
      what: `run ${RUNS.length} programs and list what ran in ${HOT_FUNCTIONS}`,
      call: async () => {
        await Deno.writeFile(MARKS, new Uint8Array());
        for (const run of RUNS) await perform(run);
        writeList();
      },
    }],
    outputs: [HOT_FUNCTIONS],
  }];
}

/** It is asked for, so it is done even when nothing has changed. */
export function forgetHot(): void {
  const stamp = `${BUILD}/stamps/hot-run`;
  if (exists(stamp)) remove(stamp);
}

/** The program loads the marked module in place of the artifact's. */
function importMap(): string {
  const root = `file://${Deno.cwd()}`;
  const imports = [
    [PYTHON_WASM, MARKED],
    [REST_WASM, MARKED], // loaded at most: the marked module is whole
    [STDLIB_WASM, STDLIB_WASM],
  ].map(([name = "", path]) => [
    `${root}/wrapper/dist/${name.slice(name.lastIndexOf("/") + 1)}`,
    `${root}/${path}`,
  ]);
  return JSON.stringify({ imports: Object.fromEntries(imports) });
}

/** Each run is as the first of its kind: a warm start calls less. */
const PROGRAM = ["mod.ts", "--no-cache"];

async function perform({ program, args, stdin = "" }: Run): Promise<void> {
  const words = program === undefined ? PROGRAM : [program];
  const start = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      `--import-map=${IMPORT_MAP}`,
      "--preload=wrapper/build/hot_recorder.ts",
      ...words,
      ...args,
    ],
    env: { HOT_MARKS: MARKS },
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin));
  await writer.close();
  const { success, stderr } = await child.output();
  const what = [...words, ...args].join(" ");
  if (success) return say(`${what}: ${duration(performance.now() - start)}`);
  throw new BuildError(
    `Cannot run ${what}: ${new TextDecoder().decode(stderr)}`,
  );
}

function writeList(): void {
  const marks = Deno.readFileSync(MARKS);
  const names = functionNames(readSections(Deno.readFileSync(WHOLE_WASM)));
  const ran = [...names].filter(([index]) => marks[index] === 1)
    .map(([, name]) => name);
  if (ran.length === 0) throw new BuildError("Cannot list what ran: nothing");
  const list = [...new Set(ran)].sort(byBytes).join("\n");
  Deno.writeTextFileSync(HOT_FUNCTIONS, `${list}\n`);
}
