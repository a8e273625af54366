/**
 * Steps that compile the wrapper and link it with CPython.
 *
 * Optimising CPython as a whole takes a minute and does not depend on what
 * the wrapper does, only on which of CPython's functions it uses. So that is
 * a step of its own, and a change of the wrapper costs the last link, which
 * takes a fraction of a second.
 *
 * @module
 */

import { INITIAL_PAGES, PAGE_SIZE } from "../../src/runtime/mod.ts";
import { crossArchives } from "./cpython.ts";
import { byBytes } from "./files.ts";
import { libraryArchives, linkLibraries } from "./libraries.ts";
import { BUILD, inTurn, type Step } from "./step.ts";
import { compile, EMULATION_LIBRARIES, target } from "./wasm_flags.ts";

/** The wrapper's C, relative to the repository. */
const WRAPPER = "wrapper";
/** Where objects go, relative to `.build`. */
const LINK = "link";
/** CPython and its libraries, optimised as a whole. */
const CPYTHON_OBJECT = `${LINK}/cpython.o`;
/** CPython's functions that the wrapper uses, one in a line. */
const USED = `${LINK}/used.txt`;
/** Room for C frames: twice the 4 MB at which CPython itself stops recursion. */
const STACK_SIZE = 8 * 1024 * 1024;

/** Calls of the host's that `wrapper/files.c` and `wrapper/sleep.c` look after. */
const WRAPPED_CALLS: readonly string[] = [
  "path_create_directory",
  "path_filestat_get",
  "path_filestat_set_times",
  "path_link",
  "path_open",
  "path_readlink",
  "path_remove_directory",
  "path_rename",
  "path_symlink",
  "path_unlink_file",
  "poll_oneoff",
];

/** The linked module with the names of its functions, relative to the repository. */
export const LINKED_WASM = `${BUILD}/${LINK}/python.wasm`;

/** From the wrapper's C files and CPython's archives to the whole module. */
export function linkSteps(
  toolchain: readonly Step[],
  cross: Step,
): Step[] {
  const objects = wrapperFiles(".c").map((name) =>
    objectStep(name, [...toolchain, cross])
  );
  return [
    ...objects,
    usedStep(objects),
    optimiseStep(toolchain),
    linkStep(objects),
  ];
}

function objectStep(name: string, needs: readonly Step[]): Step {
  const object = objectPath(name);
  return {
    name: `compile-${name}`,
    needs,
    inputs: () =>
      [name, ...wrapperFiles(".h")].map((file) => `${WRAPPER}/${file}`),
    actions: () =>
      inTurn({
        argv: [
          ...compile(),
          "-std=c17",
          "-Wall",
          "-Wextra",
          "-Werror",
          "-Icross",
          "-Isrc/cpython/Include",
          "-c",
          `../${WRAPPER}/${name}`,
          "-o",
          object,
        ],
        cwd: BUILD,
      }),
    outputs: [`${BUILD}/${object}`],
  };
}

/** Which of CPython's functions must outlive its optimisation. */
function usedStep(objects: readonly Step[]): Step {
  const symbols = `${LINK}/undefined.txt`;
  return {
    name: "used-functions",
    needs: objects,
    actions: () => [
      ...inTurn({
        argv: [
          "llvm-nm",
          "--undefined-only",
          "--just-symbol-name",
          ...wrapperFiles(".c").map(objectPath),
        ],
        cwd: BUILD,
        stdout: `${BUILD}/${symbols}`,
      }),
      {
        kind: "call",
        what: `keep CPython's names in ${BUILD}/${USED}`,
        call: () => {
          const text = Deno.readTextFileSync(`${BUILD}/${symbols}`);
          const names = text.split("\n").filter((name) => /^_?Py/.test(name));
          const used = [...new Set(names)].sort(byBytes).join("\n");
          Deno.writeTextFileSync(`${BUILD}/${USED}`, used);
        },
      },
    ],
    outputs: [`${BUILD}/${USED}`],
  };
}

/**
 * Optimise CPython and the libraries as a whole. The link that this needs has
 * no other purpose; what is kept of it is the object that LLVM made.
 */
function optimiseStep(toolchain: readonly Step[]): Step {
  const directory = `${LINK}/optimised`;
  return {
    name: "optimise",
    needs: toolchain,
    inputs:
      () => [`${BUILD}/${USED}`, ...crossArchives(), ...libraryArchives()],
    directory: `${BUILD}/${directory}`,
    actions: () =>
      inTurn({
        argv: [
          "clang",
          ...target(0),
          "-flto",
          "-mexec-model=reactor",
          ...usedFunctions().map((name) => `-Wl,--undefined=${name}`),
          ...crossArchives().map((path) => path.slice(BUILD.length + 1)),
          ...linkLibraries(0),
          ...EMULATION_LIBRARIES,
          "-Wl,--lto-O2",
          "-Wl,-mllvm,-hot-cold-split=true",
          "-Wl,-mllvm,-hotcoldsplit-max-params=12",
          "-Wl,-mllvm,-profile-summary-cutoff-cold=999000",
          "-Wl,--save-temps",
          "-o",
          `${directory}/cpython.wasm`,
        ],
        cwd: BUILD,
      }, {
        argv: ["mv", `${directory}/cpython.wasm.lto.o`, CPYTHON_OBJECT],
        cwd: BUILD,
      }, {
        argv: ["rm", "-r", directory], // 80 MB of intermediate bitcode
        cwd: BUILD,
      }),
    outputs: [`${BUILD}/${CPYTHON_OBJECT}`],
  };
}

/** Memory is imported, so that the host sets the limit of each instance. */
function linkStep(objects: readonly Step[]): Step {
  return {
    name: "link",
    needs: objects,
    inputs: () => [`${BUILD}/${CPYTHON_OBJECT}`],
    actions: () =>
      inTurn({
        argv: [
          "clang",
          ...target(0),
          "-mexec-model=reactor",
          ...wrapperFiles(".c").map(objectPath),
          CPYTHON_OBJECT,
          ...EMULATION_LIBRARIES,
          "-Wl,--import-memory",
          "-Wl,--export-memory",
          ...WRAPPED_CALLS.map((name) => `-Wl,--wrap=__wasi_${name}`),
          "-Wl,--wrap=sbrk", // wrapper/free_memory.c
          "-Wl,--stack-first",
          `-Wl,-z,stack-size=${STACK_SIZE}`,
          `-Wl,--initial-memory=${INITIAL_PAGES * PAGE_SIZE}`,
          "-Wl,--gc-sections",
          "-Wl,-O2",
          "-Wl,--strip-debug",
          "-Wl,--compress-relocations",
          "-o",
          LINKED_WASM.slice(BUILD.length + 1),
        ],
        cwd: BUILD,
      }),
    outputs: [LINKED_WASM],
  };
}

function usedFunctions(): string[] {
  return Deno.readTextFileSync(`${BUILD}/${USED}`).split("\n");
}

function wrapperFiles(ending: string): string[] {
  return [...Deno.readDirSync(WRAPPER)]
    .map(({ name }) => name)
    .filter((name) => name.endsWith(ending))
    .sort(byBytes);
}

function objectPath(name: string): string {
  return `${LINK}/${name.replace(/c$/, "o")}`;
}
