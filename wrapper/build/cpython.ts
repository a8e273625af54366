/**
 * Steps that build CPython: natively, to run while the rest is built, and
 * for wasm, with the profile of the native one.
 *
 * @module
 */

import { HEADERS, linkLibraries } from "./libraries.ts";
import type { ShellCommand } from "./shell.ts";
import { CPYTHON } from "./sources.ts";
import { BUILD, inTurn, type Step } from "./step.ts";
import { FEATURES, OPTIMISED, target } from "./wasm_flags.ts";

/** The native CPython: it freezes, it compiles, and benchmarks compare to it. */
export const NATIVE = `${BUILD}/native`;
/** CPython for wasm. */
export const CROSS = `${BUILD}/cross`;
/** The committed profile, made by `build.ts train`. */
export const PROFILE_ARCHIVE = "wrapper/profile/cpython.profdata.xz";

/**
 * How every build names the source tree. A profile knows static functions by
 * the path that the compiler was given, so training must use this one too.
 */
export const SOURCE_FROM_BUILD = "../src/cpython";
/** Options of configure that all builds share. */
export const COMMON_OPTIONS: readonly string[] = [
  "--disable-test-modules",
  "--without-ensurepip",
];

const PROFILE = "profile/cpython.profdata";
const CONFIG_SITES = [
  `${SOURCE_FROM_BUILD}/Tools/wasm/wasi/config.site-wasm32-wasi`,
  "../../wrapper/config.site",
];
/** What of CPython is linked, relative to its build directory. */
const ARCHIVES = [
  "libpython3.14.a",
  "Modules/_hacl/libHacl_Hash_BLAKE2.a",
  "Modules/_hacl/libHacl_Hash_MD5.a",
  "Modules/_hacl/libHacl_Hash_SHA1.a",
  "Modules/_hacl/libHacl_Hash_SHA2.a",
  "Modules/_hacl/libHacl_Hash_SHA3.a",
  "Modules/_hacl/libHacl_HMAC.a",
  "Modules/_decimal/libmpdec/libmpdec.a",
  "Modules/expat/libexpat.a",
];
/** Files of CPython that configure's answers depend on. */
const CONFIGURE_INPUTS = [
  `${CPYTHON}/configure`,
  `${CPYTHON}/Makefile.pre.in`,
  `${CPYTHON}/pyconfig.h.in`,
  `${CPYTHON}/Modules/Setup.bootstrap.in`,
  `${CPYTHON}/Modules/Setup.stdlib.in`,
];

/** The native CPython. */
export function nativeSteps(unpacked: Step): Step[] {
  const configure = configureStep("native", {
    argv: [`${SOURCE_FROM_BUILD}/configure`, ...COMMON_OPTIONS, "CFLAGS=-O3"],
    cwd: NATIVE,
  });
  return [
    configure,
    makeStep("native", [unpacked, configure], ["all"], ["python"]),
  ];
}

/** CPython for wasm as archives of LLVM bitcode. */
export function crossSteps(
  unpacked: Step,
  native: Step,
  needs: readonly Step[],
): Step[] {
  const profile = profileStep();
  const configure = configureStep("cross", crossConfigure(), [
    ...needs,
    profile,
  ]);
  return [
    profile,
    configure,
    // Without the program: linking it would optimise everything once more.
    makeStep("cross", [unpacked, native, configure], [
      "pybuilddir.txt",
      ...ARCHIVES,
    ]),
  ];
}

/** A step that configures CPython in a directory of its own. */
export function configureStep(
  name: string,
  command: ShellCommand,
  needs: readonly Step[] = [],
): Step {
  return {
    name: `${name}-configure`,
    needs,
    inputs: () => [...CONFIGURE_INPUTS, "wrapper/config.site"],
    directory: `${BUILD}/${name}`,
    actions: () => inTurn(command),
    outputs: [`${BUILD}/${name}/Makefile`],
  };
}

/** A step that runs `make`, which knows what there is left to do. */
export function makeStep(
  name: string,
  needs: readonly Step[],
  targets: readonly string[],
  outputs: readonly string[] = targets,
  env: Readonly<Record<string, string>> = {},
): Step {
  const cwd = `${BUILD}/${name}`;
  return {
    name: `${name}-make`,
    needs,
    actions: () => inTurn({ argv: ["make", ...targets], cwd, env }),
    outputs: outputs.map((output) => `${cwd}/${output}`),
  };
}

/** CPython's archives, relative to the repository. */
export function crossArchives(): string[] {
  return ARCHIVES.map((path) => `${CROSS}/${path}`);
}

function profileStep(): Step {
  return {
    name: "profile",
    inputs: () => [PROFILE_ARCHIVE],
    actions: () =>
      inTurn({
        argv: ["xz", "--decompress", "--stdout", PROFILE_ARCHIVE],
        cwd: ".",
        stdout: `${BUILD}/${PROFILE}`,
      }),
    outputs: [`${BUILD}/${PROFILE}`],
  };
}

function crossConfigure(): ShellCommand {
  const compiler = ["clang", ...target(1)].join(" ");
  return {
    argv: [
      `${SOURCE_FROM_BUILD}/configure`,
      "--host=wasm32-unknown-wasip1",
      "--build=x86_64-pc-linux-gnu",
      "--with-build-python=../native/python",
      "--with-pymalloc",
      "--without-computed-gotos",
      ...COMMON_OPTIONS,
    ],
    cwd: CROSS,
    env: {
      CONFIG_SITE: CONFIG_SITES.join(" "),
      CC: compiler,
      CPP: `${compiler} -E`,
      AR: "llvm-ar",
      RANLIB: "llvm-ranlib",
      CFLAGS: [...OPTIMISED, ...FEATURES, "-flto"].join(" "),
      CFLAGS_NODIST: profileFlags().join(" "),
      LDFLAGS: ["-flto", ...linkLibraries(1).filter(isPath)].join(" "),
      ...libraryVariables(),
    },
  };
}

/** Functions that differ between the two targets simply have no profile. */
function profileFlags(): string[] {
  return [
    `-fprofile-instr-use=../${PROFILE}`,
    "-Wno-profile-instr-out-of-date",
    "-Wno-profile-instr-unprofiled",
  ];
}

/** configure must not ask pkg-config about this machine's libraries. */
function libraryVariables(): Record<string, string> {
  const names = {
    ZLIB: "z",
    BZIP2: "bz2",
    LIBLZMA: "lzma",
    LIBZSTD: "zstd",
    LIBSQLITE3: "sqlite3",
  };
  const pairs = Object.entries(names).flatMap(([name, library]) => [
    [`${name}_CFLAGS`, `-I../${HEADERS}`],
    [`${name}_LIBS`, `-l${library}`],
  ]);
  return { PKG_CONFIG: "false", ...Object.fromEntries(pairs) };
}

function isPath(flag: string): boolean {
  return flag.startsWith("-L");
}
