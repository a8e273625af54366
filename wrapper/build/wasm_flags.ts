/**
 * How C is compiled for the artifact: the same for CPython, for the
 * libraries and for the wrapper.
 *
 * @module
 */

import { RESOURCES, SYSROOT } from "./toolchain.ts";

/** What of WebAssembly may be used: every engine of the last years has it. */
export const FEATURES: readonly string[] = [
  "-mbulk-memory",
  "-mnontrapping-fptoint",
  "-msign-ext",
  "-mmutable-globals",
];

/** Parts of Unix that wasi-libc imitates when it is asked to. */
const EMULATED: readonly string[] = [
  "SIGNAL",
  "GETPID",
  "PROCESS_CLOCKS",
  "MMAN",
];

/** Optimised, with no trace of names or lines. */
export const OPTIMISED: readonly string[] = ["-O3", "-g0"];

/** The compiler's first arguments, for a command in `depth` levels of `.build`. */
export function target(depth: number): string[] {
  const up = "../".repeat(depth);
  return [
    "--target=wasm32-wasip1",
    `--sysroot=${up}${SYSROOT}`,
    `-resource-dir=${up}${RESOURCES}`,
  ];
}

/** A compiler command for `.build`, up to the source's own flags. */
export function compile(): string[] {
  return [
    "clang",
    ...target(0),
    ...OPTIMISED,
    ...FEATURES,
    ...EMULATED.map((name) => `-D_WASI_EMULATED_${name}`),
  ];
}

/** Libraries that stand behind {@linkcode EMULATED}. */
export const EMULATION_LIBRARIES: readonly string[] = [
  "-lwasi-emulated-signal",
  "-lwasi-emulated-getpid",
  "-lwasi-emulated-process-clocks",
  "-lm",
];
