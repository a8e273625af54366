/**
 * Steps that renew the profile: a native CPython that counts, CPython's own
 * selection of tests and some typical loads to run in it, and the counts.
 *
 * The counts fit the build for wasm because they belong to functions of the
 * source, before any code for a machine is made. Both builds use clang, no
 * computed goto, and the same path to the source; and the native one has 32
 * bits too, because CPython's reference counting is other code with 64.
 *
 * @module
 */

import {
  COMMON_OPTIONS,
  configureStep,
  makeStep,
  PROFILE_ARCHIVE,
  SOURCE_FROM_BUILD,
} from "./cpython.ts";
import { BuildError } from "./build_error.ts";
import { exists, remove } from "./files.ts";
import { BUILD, inTurn, type Step } from "./step.ts";
import type { Toolchain } from "./toolchain.ts";

const TRAIN = `${BUILD}/train`;
/** Counts of the training, and those of the build, which nobody wants. */
const COUNTS = `${TRAIN}/counts`;
const UNWANTED = "unwanted/%m.profraw";
const MERGED = `${BUILD}/profile/trained.profdata`;
/** 32 bits, with the kernel's headers that Debian keeps for 64. */
const TRAINED_TARGET = [
  "-m32",
  "-msse2",
  "-mfpmath=sse",
  "-idirafter/usr/include/x86_64-linux-gnu",
];
/** Loads of our own, besides CPython's tests. */
const LOADS = "wrapper/profile/loads.py";

/** From CPython's source to `wrapper/profile/cpython.profdata.xz`. */
export function trainSteps(unpacked: Step): Step[] {
  const configure = configureStep("train", {
    argv: [
      `${SOURCE_FROM_BUILD}/configure`,
      "--without-computed-gotos",
      ...COMMON_OPTIONS,
    ],
    cwd: TRAIN,
    env: {
      CC: ["clang", ...TRAINED_TARGET].join(" "),
      CFLAGS: "-g0 -O2",
      CFLAGS_NODIST: "-fprofile-instr-generate",
      LDFLAGS_NODIST: "-fprofile-instr-generate",
      LLVM_PROFILE_FILE: UNWANTED,
      MODULE_BUILDTYPE: "static", // as for wasm, where nothing is loaded
      PKG_CONFIG: "false",
    },
  });
  const make = makeStep("train", [unpacked, configure], ["all"], ["python"], {
    LLVM_PROFILE_FILE: UNWANTED,
  });
  return [configure, make, runStep(make)];
}

/**
 * Training runs code of 32 bits, which the build itself does not.
 *
 * @throws {BuildError} Naming the packages, when it cannot be compiled.
 */
export function checkTrainer(toolchain: Toolchain): void {
  const { success } = new Deno.Command(`${toolchain.bin}/clang`, {
    args: [
      ...TRAINED_TARGET,
      "-fprofile-instr-generate",
      "-shared", // an empty library needs what a program needs, but main()
      "-xc",
      "-",
      "-o",
      "/dev/null",
    ],
    stdin: "null",
    stderr: "null",
  }).outputSync();
  if (success) return;
  throw new BuildError(
    "Cannot train: clang -m32 -fprofile-instr-generate does not work\n" +
      "Debian: apt-get install --no-install-recommends libc6-dev-i386 lib32gcc-12-dev libclang-rt-19-dev",
  );
}

/** Training is asked for, so it is done even when nothing has changed. */
export function forgetTraining(): void {
  remove(`${BUILD}/stamps/train-run`);
  if (exists(COUNTS)) remove(COUNTS);
}

function runStep(make: Step): Step {
  const env = { LLVM_PROFILE_FILE: "counts/%m.profraw" };
  return {
    name: "train-run",
    needs: [make],
    inputs: () => [LOADS],
    directory: COUNTS,
    actions: () =>
      inTurn({
        argv: ["./python", "-m", "test", "--pgo", "-j0", "--timeout=600"],
        cwd: TRAIN,
        env,
      }, {
        argv: ["./python", "-I", "-S", `../../${LOADS}`],
        cwd: TRAIN,
        env,
      }, {
        argv: [
          "llvm-profdata",
          "merge",
          "--sparse",
          `--output=${MERGED}`,
          COUNTS,
        ],
        cwd: ".",
      }, {
        argv: ["xz", "-9", "--extreme", "--stdout", MERGED],
        cwd: ".",
        stdout: PROFILE_ARCHIVE,
      }),
    outputs: [MERGED, PROFILE_ARCHIVE],
  };
}
