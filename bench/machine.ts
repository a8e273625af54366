/**
 * Where a benchmark ran: what a reader needs to judge its figures, and nothing
 * that names the machine.
 *
 * @module
 */

import { nativePython } from "./child.ts";
import { PYODIDE, QUICKJS } from "./packages.ts";

const PACKAGES: readonly string[] = [PYODIDE, QUICKJS];

/** A machine and the versions on it. */
export interface Machine {
  /** The processor's model. */
  readonly processor: string;
  /** How many of its cores there are. */
  readonly cores: number;
  /** Bytes of memory. */
  readonly memory: number;
  /** Operating system and architecture. */
  readonly system: string;
  /** Deno's version. */
  readonly deno: string;
  /** V8's version. */
  readonly v8: string;
  /** The peers, with their versions. */
  readonly peers: readonly string[];
}

/** Look at this machine. */
export function thisMachine(): Machine {
  return {
    processor: processor(),
    cores: navigator.hardwareConcurrency,
    memory: Deno.systemMemoryInfo().total,
    system: `${Deno.build.os} ${Deno.build.arch}`,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    peers: [
      ...PACKAGES.map((name) => name.replace("npm:", "")),
      nativeVersion(),
    ],
  };
}

/** The native CPython and its compiler, when it was built. */
function nativeVersion(): string {
  const program =
    "import platform as p; print('CPython', p.python_version(), '-O3,', p.python_compiler())";
  try {
    const { path, args } = nativePython("-c", program);
    const { stdout } = new Deno.Command(path, { args: [...args] }).outputSync();
    return `native ${new TextDecoder().decode(stdout).trim()}`;
  } catch {
    return "no native CPython";
  }
}

/** As Linux knows it; elsewhere only the architecture is told. */
function processor(): string {
  try {
    const text = Deno.readTextFileSync("/proc/cpuinfo");
    return /^model name\s*:\s*(.+)$/m.exec(text)?.[1] ?? Deno.build.arch;
  } catch {
    return Deno.build.arch;
  }
}
