/**
 * The official preview 1 test programs, in memory and on the host's files:
 * `deno task conformance --wasi DIR`, where DIR is a directory of
 * https://github.com/WebAssembly/wasi-testsuite (branch prod/testsuite-base)
 * with `.wasm` files somewhere in it.
 *
 * @module
 */

import {
  Context,
  type Directory,
  HostDirectory,
  MemoryDirectory,
  MemoryFile,
} from "../../src/wasi/mod.ts";
import { type Exception, NothingToRun, Verdict } from "./expectations.ts";
import known from "./wasi.json" with { type: "json" };

/** What stands in the file beside a program. */
interface Spec {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly root?: string;
  readonly dirs?: readonly string[];
  readonly "exit_code"?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** Where the files of a program lie. */
const KINDS = ["memory", "host"] as const;
type Kind = typeof KINDS[number];

/**
 * Run all programs below a directory.
 *
 * @param path The directory.
 * @returns Whether all was as expected.
 * @throws {NothingToRun} When it is no directory with programs.
 */
export async function runWasi(path: string): Promise<boolean> {
  const verdict = new Verdict(known as Exception[]);
  const root = await directory(path);
  let count = 0;
  for await (const program of programs(root)) {
    count++;
    for (const kind of KINDS) {
      const name = `${kind} ${program.split("/").at(-1)}`;
      const problem = await runProgram(program, kind);
      if (problem === undefined) verdict.pass(name);
      else verdict.fail(name, problem);
    }
  }
  if (count === 0) {
    throw new NothingToRun(`Cannot test "${path}": no .wasm is in it`);
  }
  return verdict.report();
}

async function directory(path: string): Promise<string> {
  try {
    const { isDirectory } = await Deno.stat(path);
    if (isDirectory) return await Deno.realPath(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new NothingToRun(
    `Cannot test "${path}": no such directory; it is one of ` +
      "https://github.com/WebAssembly/wasi-testsuite",
  );
}

async function* programs(path: string): AsyncGenerator<string> {
  for (const name of await sortedNames(path)) {
    const at = `${path}/${name}`;
    const { isDirectory } = await Deno.lstat(at);
    // Preview 1 alone, of a suite that has others as well.
    if (isDirectory && !/wasip[23]/.test(name)) yield* programs(at);
    else if (name.endsWith(".wasm")) yield at;
  }
}

async function sortedNames(path: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(path)) names.push(name);
  return names.sort();
}

/** What is wrong with a program's run, if anything. */
async function runProgram(
  program: string,
  kind: Kind,
): Promise<string | undefined> {
  const spec = await specOf(program);
  const from = program.slice(0, program.lastIndexOf("/"));
  const scratch = await Deno.realPath(await Deno.makeTempDir());
  try {
    const mount = async (directory: string, place: string) => {
      await copy(`${from}/${directory}`, place);
      return kind === "host" ? onHost(place) : await inMemory(place);
    };
    const preopens: Record<string, Directory> = {};
    if (spec.root !== undefined) {
      preopens["/"] = await mount(spec.root, `${scratch}/root`);
    }
    for (const [index, directory] of (spec.dirs ?? []).entries()) {
      preopens[directory] = await mount(directory, `${scratch}/${index}`);
    }
    return await judge(program, spec, preopens);
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

async function specOf(program: string): Promise<Spec> {
  try {
    const path = program.replace(/\.wasm$/, ".json");
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}

async function judge(
  program: string,
  spec: Spec,
  preopens: Record<string, Directory>,
): Promise<string | undefined> {
  const [out, err] = [new Text(), new Text()];
  const context = new Context({
    args: [program.slice(program.lastIndexOf("/") + 1), ...spec.args ?? []],
    env: spec.env ?? variablesFor(program),
    preopens,
    stdin: "null",
    stdout: out.sink,
    stderr: err.sink,
  });
  using _fds = context.fds;
  return await start(program, spec, { context, out, err });
}

/** The programs in Rust ask which errnos to expect; others count variables. */
function variablesFor(program: string): Record<string, string> {
  return program.includes("/rust/") ? { ERRNO_MODE_UNIX: "1" } : {};
}

async function start(
  program: string,
  spec: Spec,
  { context, out, err }: { context: Context; out: Text; err: Text },
): Promise<string | undefined> {
  const module = await WebAssembly.compile(await Deno.readFile(program));
  const instance = await WebAssembly.instantiate(module, {
    "wasi_snapshot_preview1": context.imports,
  });
  let code: number;
  try {
    code = context.start(instance);
  } catch (error) {
    return `${error}\n${err.text}`;
  }
  if (code !== (spec.exit_code ?? 0)) return `exit code ${code}\n${err.text}`;
  if (spec.stdout !== undefined && spec.stdout !== out.text) {
    return `printed ${JSON.stringify(out.text)}`;
  }
  if (spec.stderr !== undefined && spec.stderr !== err.text) {
    return `printed to stderr ${JSON.stringify(err.text)}`;
  }
  return undefined;
}

class Text {
  text = "";
  readonly #decoder = new TextDecoder();
  readonly sink = (chunk: Uint8Array): void => {
    this.text += this.#decoder.decode(chunk, { stream: true });
  };
}

function onHost(path: string): HostDirectory {
  return new HostDirectory(path, { access: { read: true, write: true } });
}

async function inMemory(
  path: string,
  directory: MemoryDirectory = new MemoryDirectory(),
): Promise<MemoryDirectory> {
  for (const name of await sortedNames(path)) {
    const at = `${path}/${name}`;
    if ((await Deno.lstat(at)).isDirectory) {
      directory.createDirectory(name);
      const inner = directory.get(name);
      if (inner instanceof MemoryDirectory) await inMemory(at, inner);
    } else directory.set(name, new MemoryFile(await Deno.readFile(at)));
  }
  return directory;
}

/** The programs write where they run; the suite stays as it is. */
async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for (const name of await sortedNames(from)) {
    const [source, target] = [`${from}/${name}`, `${to}/${name}`];
    if ((await Deno.lstat(source)).isDirectory) await copy(source, target);
    else await Deno.copyFile(source, target);
  }
}
