/**
 * What `build.ts` was asked to do.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { BuildError } from "./build_error.ts";

/** How the steps are to be run. */
export interface BuildOptions {
  /** Folder that holds the pinned sources, when the user names one. */
  readonly sources: string | undefined;
  /** Commands that may run at once. */
  readonly jobs: number;
}

/** What to do. */
export type Command =
  | { readonly kind: "build"; readonly options: BuildOptions }
  | { readonly kind: "check"; readonly options: BuildOptions }
  | { readonly kind: "hot"; readonly options: BuildOptions }
  | { readonly kind: "train"; readonly options: BuildOptions }
  | { readonly kind: "native"; readonly options: BuildOptions }
  | { readonly kind: "clean" }
  | { readonly kind: "help" };

/** How the program is used. */
export const USAGE =
  `deno run -A build.ts <build|check|hot|native|train|clean> [options]

  build   make wrapper/dist/ and the tests' C guests from the pinned sources
  check   make them and compare with what is committed, byte for byte
  hot     renew wrapper/profile/hot.txt, the functions that a start loads
  native  make only .build/native/python, which benchmarks compare with
  train   renew wrapper/profile/cpython.profdata.xz with a native, counting CPython
  clean   remove .build/

  --sources DIR  folder with the pinned sources
                 (else PY_PLUGIN_SOURCES, ../shared/sources, upstream)
  --jobs N       commands to run at once (else the number of processors)

WASI_SDK_PATH names a wasi-sdk to use instead of Debian's clang-19.`;

/**
 * Read the command line.
 *
 * @throws {BuildError} When it is not one of the commands.
 */
export function parseCommand(
  args: readonly string[],
  environment: { readonly PY_PLUGIN_SOURCES?: string | undefined },
): Command {
  const unknown: string[] = [];
  const flags = parseArgs([...args], {
    string: ["sources", "jobs"],
    boolean: ["help"],
    unknown: (arg, key) => {
      if (key !== undefined) unknown.push(arg);
      return key === undefined;
    },
  });
  if (flags.help) return { kind: "help" };
  if (unknown.length > 0) throw usageError(`unknown flag ${unknown.join(" ")}`);
  const [kind, ...others] = flags._;
  if (others.length > 0) throw usageError(`unexpected "${others.join(" ")}"`);
  const options = {
    sources: absolute(flags.sources ?? environment.PY_PLUGIN_SOURCES),
    jobs: parseJobs(flags.jobs),
  };
  switch (kind) {
    case "build":
    case "check":
    case "hot":
    case "native":
    case "train":
      return { kind, options };
    case "clean":
      return { kind };
    default:
      throw usageError(kind === undefined ? "no command" : `"${kind}"`);
  }
}

/** The build changes to the repository, and the user means another place. */
function absolute(path: string | undefined): string | undefined {
  if (path === undefined || path.startsWith("/")) return path;
  return `${Deno.cwd()}/${path}`;
}

function parseJobs(text: string | undefined): number {
  if (text === undefined) return navigator.hardwareConcurrency;
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs > 0) return jobs;
  throw usageError(`--jobs ${text} is not a positive number`);
}

function usageError(what: string): BuildError {
  return new BuildError(`Cannot run build.ts: ${what}\n\n${USAGE}`);
}
