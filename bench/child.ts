/**
 * Processes of their own: what they write, how long they take, how much memory
 * they need.
 *
 * @module
 */

const ROOT = new URL("../", import.meta.url);
/** The native CPython that `build.ts native` makes. */
const NATIVE = new URL(".build/native/python", ROOT);
/** How often a process is asked for its memory: milliseconds. */
const LOOK = 1;

/** A program and its arguments; it runs in the root of the repository. */
export interface Program {
  /** What is run. */
  readonly path: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** Variables besides this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a process wrote before it ended well. */
export interface ChildOutput {
  /** Standard output. */
  readonly stdout: string;
  /** Standard error. */
  readonly stderr: string;
}

/** Deno, as it runs this. */
export function deno(...args: readonly string[]): Program {
  return { path: Deno.execPath(), args };
}

/**
 * The native CPython, from the same sources.
 *
 * @throws {Error} When it was not built.
 */
export function nativePython(...args: readonly string[]): Program {
  try {
    Deno.statSync(NATIVE);
  } catch {
    throw new Error("`deno run -A build.ts native` builds it");
  }
  return { path: NATIVE.pathname, args };
}

/**
 * Run a process.
 *
 * @returns What it wrote.
 * @throws {Error} When it fails, with the last line that it wrote.
 */
export async function run(program: Program): Promise<ChildOutput> {
  const { code, stdout, stderr } = await start(program).output();
  const decoder = new TextDecoder();
  const output = {
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
  if (code === 0) return output;
  const last = output.stderr.trimEnd().split("\n").at(-1) ?? "";
  throw new Error(`it ended with ${code}: ${last}`);
}

/**
 * Milliseconds from the start of a process to its end.
 *
 * @param program The process.
 * @param expected What it must write on standard output.
 */
export async function wallOf(
  program: Program,
  expected: string,
): Promise<number> {
  const start = performance.now();
  const { stdout } = await run(program);
  const took = performance.now() - start;
  check(stdout, expected);
  return took;
}

/**
 * The most memory that a process had at any time, in megabytes of a million
 * bytes. Linux keeps this mark (`VmHWM`) until the process ends; it is read
 * every millisecond, so what the very last one adds is not in it.
 *
 * @param program The process.
 * @param expected What it must write on standard output.
 */
export async function memoryOf(
  program: Program,
  expected: string,
): Promise<number> {
  const child = start(program);
  let ended = false;
  const output = child.output().finally(() => ended = true);
  let most = 0;
  while (!ended) {
    most = Math.max(most, highWater(child.pid) ?? 0);
    await new Promise((resolve) => setTimeout(resolve, LOOK));
  }
  check(new TextDecoder().decode((await output).stdout), expected);
  if (most === 0) throw new Error("this system does not tell");
  return most;
}

/** Megabytes that a process has right now; nothing where no system tells. */
export function residentOf(pid: number | "self"): number | undefined {
  return statusOf(pid, "VmRSS");
}

function highWater(pid: number): number | undefined {
  return statusOf(pid, "VmHWM");
}

function statusOf(pid: number | "self", field: string): number | undefined {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/status`);
    const [, kib] = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(text) ?? [];
    return kib === undefined ? undefined : Number(kib) * 1024 / 1e6;
  } catch {
    return undefined;
  }
}

function check(text: string, expected: string): void {
  if (text.trimEnd() === expected) return;
  throw new Error(`it wrote "${text.trimEnd()}", not "${expected}"`);
}

function start({ path, args, env = {} }: Program): Deno.ChildProcess {
  return new Deno.Command(path, {
    args: [...args],
    env,
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
