/**
 * The compiler: wasi-sdk's when `WASI_SDK_PATH` names one, else Debian's.
 *
 * @module
 */

import { BuildError } from "./build_error.ts";
import { exists, remove } from "./files.ts";
import { firstLine } from "./shell.ts";
import { BUILD, type Step } from "./step.ts";

/** A compiler for wasm that is there. */
export interface Toolchain {
  /** Directory of `clang`, `wasm-ld`, `llvm-ar` and the others. */
  readonly bin: string;
  /** Which compiler it is: the artifact's bytes depend on it. */
  readonly id: string;
  /** clang's own headers. */
  readonly headers: string;
  /** The compiler's run-time functions for wasm. */
  readonly builtins: string;
}

/** Where Debian's packages put LLVM 19. */
const DEBIAN_LLVM = "/usr/lib/llvm-19";
/** Where the compilers keep the run-time functions, below the resources. */
const BUILTINS = [
  "lib/wasip1/libclang_rt.builtins-wasm32.a",
  "lib/wasm32-unknown-wasip1/libclang_rt.builtins.a",
  "lib/wasm32-unknown-wasi/libclang_rt.builtins.a",
  "lib/wasi/libclang_rt.builtins-wasm32.a",
];
/** Programs of the compiler, and the Debian package of each. */
const LLVM_PROGRAMS: Readonly<Record<string, string>> = {
  "clang": "clang-19",
  "wasm-ld": "lld-19",
  "llvm-ar": "llvm-19",
  "llvm-ranlib": "llvm-19",
  "llvm-nm": "llvm-19",
};
/** Programs of the system, and the Debian package of each. */
const SYSTEM_PROGRAMS: Readonly<Record<string, string>> = {
  "gcc": "gcc libc6-dev",
  "make": "make",
  "patch": "patch",
  "tar": "tar",
  "xz": "xz-utils",
  "gzip": "gzip",
};
/** Where the build looks for its own copies, from a directory in `.build`. */
const PARTS = `${BUILD}/toolchain`;

/** Directories that the compiler's arguments name, seen from `.build`. */
export const SYSROOT = "sysroot";
/** clang's headers and run-time functions, seen from `.build`. */
export const RESOURCES = "toolchain/resource";

/**
 * The compiler to build with.
 *
 * @param sdk Value of `WASI_SDK_PATH`.
 * @throws {BuildError} Naming everything that is missing.
 */
export function findToolchain(sdk: string | undefined): Toolchain {
  const bin = `${sdk ?? DEBIAN_LLVM}/bin`;
  const missing = [
    ...missingPrograms(LLVM_PROGRAMS, (name) => exists(`${bin}/${name}`)),
    ...missingPrograms(SYSTEM_PROGRAMS, isOnPath),
  ];
  const resources = firstLine(`${bin}/clang`, "-print-resource-dir");
  const builtins = BUILTINS.map((path) => `${resources}/${path}`).find(exists);
  if (builtins === undefined) {
    missing.push(["run-time functions for wasm", "libclang-rt-19-dev-wasm32"]);
  }
  if (missing.length > 0) throw missingTools(missing, sdk);
  return {
    bin,
    id: firstLine(`${bin}/clang`, "--version") ?? "unknown",
    headers: `${resources}/include`,
    builtins: builtins ?? "",
  };
}

/** The compiler's parts under one path on every machine. */
export function toolchainStep(toolchain: Toolchain): Step {
  const resource = `${PARTS}/resource`;
  return {
    name: "toolchain",
    inputs: () => [toolchain.builtins],
    directory: PARTS,
    actions: () => [{
      kind: "call",
      what: `gather the parts of ${toolchain.id}`,
      call: () => {
        remove(resource); // an interrupted run may have left a part of it
        Deno.mkdirSync(`${resource}/lib/wasip1`, { recursive: true });
        Deno.symlinkSync(toolchain.headers, `${resource}/include`);
        Deno.copyFileSync(
          toolchain.builtins,
          `${resource}/lib/wasip1/libclang_rt.builtins-wasm32.a`,
        );
      },
    }],
    outputs: [`${resource}/include`],
  };
}

function missingPrograms(
  programs: Readonly<Record<string, string>>,
  isThere: (name: string) => boolean,
): [string, string][] {
  return Object.entries(programs).filter(([name]) => !isThere(name));
}

function isOnPath(name: string): boolean {
  return ["/usr/bin", "/bin"].some((directory) =>
    exists(`${directory}/${name}`)
  );
}

function missingTools(
  missing: readonly (readonly [string, string])[],
  sdk: string | undefined,
): BuildError {
  const names = missing.map(([name]) => name).join(", ");
  const packages = [...new Set(missing.map(([, name]) => name))].join(" ");
  const place = sdk === undefined ? "" : ` in WASI_SDK_PATH="${sdk}"`;
  return new BuildError(
    `Cannot build without these tools${place}: ${names}\n` +
      `Debian: apt-get install --no-install-recommends ${packages}`,
  );
}
