import { concat } from "../concat.ts";
import { type Clock, SystemClock } from "./clock.ts";
import { checkContext } from "./context_check.ts";
import { DirectoryDescriptor } from "./descriptor.ts";
import { FdTable } from "./fd_table.ts";
import { wasiImports } from "./host.ts";
import { GuestMemory } from "./memory.ts";
import type { Directory } from "./node.ts";
import type { OutputBudget } from "./output_budget.ts";
import { type Random, systemRandom } from "./random.ts";
import { openSink, openSource, type Sink, type Source } from "./stdio.ts";
import { StreamSink } from "./stream_sink.ts";
import { ProcessExit } from "./syscalls/proc.ts";
import { type Trace, traced } from "./trace.ts";

/** How many syscalls are remembered; a power of two. */
const REMEMBERED = 8;

/** What one guest is given. What is left out it does not have. */
export interface ContextOptions {
  /** Its arguments; the first is the program's name. */
  readonly args?: readonly string[];
  /** Its environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Directories that are open from the start, by the guest's name for them. */
  readonly preopens?: Readonly<Record<string, Directory>>;
  /** Its standard input, the host's own by default. */
  readonly stdin?: Source;
  /** Its standard output, the host's own by default. */
  readonly stdout?: Sink;
  /** Its standard error, the host's own by default. */
  readonly stderr?: Sink;
  /** How much it may write to both together; no end by default. */
  readonly output?: OutputBudget;
  /** How many descriptors it may have at a time, 512 by default. */
  readonly files?: number;
  /** Its time, the host's in steps of 0.1 ms by default. */
  readonly clock?: Clock;
  /** Its random bytes, `crypto.getRandomValues()` by default. */
  readonly random?: Random;
  /** Is told of each syscall after it. */
  readonly trace?: Trace;
}

/**
 * All that one guest may touch, and the imports it touches it through.
 *
 * ```ts
 * import { Context, MemoryDirectory } from "@x/py-plugin/wasi";
 * const context = new Context({
 *   args: ["app"],
 *   env: { LANG: "C.UTF-8" },
 *   preopens: { "/tmp": new MemoryDirectory() },
 *   stdout: (chunk) => console.log(new TextDecoder().decode(chunk)),
 * });
 * const module = new WebAssembly.Module(
 *   Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0), // an empty module
 * );
 * const instance = new WebAssembly.Instance(module, {
 *   "wasi_snapshot_preview1": context.imports,
 * });
 * // A program with `memory` and `_start` would be run by:
 * // const code = context.start(instance);
 * console.log(Object.keys(instance.exports).length);
 * ```
 */
export class Context {
  /** The functions of `wasi_snapshot_preview1`, for the import object. */
  readonly imports: WebAssembly.ModuleImports;
  /** The guest's numbers and what they stand for. */
  readonly fds: FdTable;
  /** The arguments, each as UTF-8 with a NUL at the end. */
  readonly args: readonly Uint8Array[];
  /** The variables, each as `NAME=VALUE` in UTF-8 with a NUL at the end. */
  readonly environ: readonly Uint8Array[];
  /** The guest's time. */
  readonly clock: Clock;
  /** The guest's random bytes. */
  readonly random: Random;
  readonly #streams = new Map<WritableStream<Uint8Array>, StreamSink>();
  readonly #serials = new WeakMap<object, bigint>();
  #lastSerial = 0n;
  readonly #syscalls: string[] = new Array(REMEMBERED).fill("");
  #syscallCount = 0;
  #memory: GuestMemory | undefined;
  #started = false;

  /**
   * Make what one instance needs.
   *
   * @param options What the guest is given.
   * @throws TypeError when something is not what its type says, a string has
   * a NUL inside, or a stream is locked.
   */
  constructor(options: ContextOptions = {}) {
    checkContext(options);
    this.fds = new FdTable(options.files);
    this.args = (options.args ?? []).map((each) => cString("argument", each));
    this.environ = Object.entries(options.env ?? {}).map(environString);
    this.clock = options.clock ?? new SystemClock();
    this.random = options.random ?? systemRandom;
    this.#openStdio(options);
    this.#openDirectories(options.preopens ?? {});
    this.fds.noteGiven();
    const imports = wasiImports(this);
    this.imports = options.trace === undefined
      ? imports
      : traced(imports, options.trace, {
        memory: () => this.#memory,
        files: this.#preopened(),
      });
  }

  /** The guest's memory, once it is bound. */
  get memory(): GuestMemory {
    if (this.#memory === undefined) {
      throw new Error(
        "Cannot serve a syscall: the guest's memory is not known; " +
          "call bind(), start() or initialize() first",
      );
    }
    return this.#memory;
  }

  /**
   * Tell which memory the guest's pointers are meant for, when the module
   * imports it or calls out while it is instantiated.
   *
   * @param memory The memory.
   */
  bind(memory: WebAssembly.Memory): void {
    this.#memory = new GuestMemory(memory);
  }

  /**
   * Run a command to its end.
   *
   * @param instance An instance that exports `_start`.
   * @returns Its exit code.
   * @throws Whatever ended it otherwise: a trap, or an error of the host.
   */
  start(instance: WebAssembly.Instance): number {
    const run = this.#entry(instance, "_start");
    try {
      run();
      return 0;
    } catch (error) {
      if (error instanceof ProcessExit) return error.code;
      throw error;
    }
  }

  /**
   * Initialise a reactor, whose exports can be called afterwards.
   *
   * @param instance An instance; without `_initialize` nothing needs to run.
   */
  initialize(instance: WebAssembly.Instance): void {
    if ("_initialize" in instance.exports) {
      this.#entry(instance, "_initialize")();
    } else this.#bindExport(instance);
  }

  /**
   * Wait until the Web streams took all that the guest has written. Whoever
   * calls the guest again before lets them queue more and more of it.
   *
   * @returns A promise, which rejects once with what a stream failed with;
   * nothing when there is nothing to wait for.
   */
  drained(): Promise<void> | undefined {
    const waits: Promise<void>[] = [];
    for (const stream of this.#streams.values()) {
      const wait = stream.drained();
      if (wait !== undefined) waits.push(wait);
    }
    return waits.length === 0 ? undefined : allSettled(waits);
  }

  /**
   * The serial number of a node, the same each time and no other's.
   *
   * @param node The node, or a descriptor without one.
   * @returns The number.
   */
  serial(node: object): bigint {
    const known = this.#serials.get(node);
    if (known !== undefined) return known;
    this.#serials.set(node, ++this.#lastSerial);
    return this.#lastSerial;
  }

  /** The names of the last syscalls, the last one last. */
  get lastSyscalls(): string[] {
    const first = Math.max(0, this.#syscallCount - REMEMBERED);
    return Array.from(
      { length: this.#syscallCount - first },
      (_, at) => this.#syscalls[(first + at) % REMEMBERED] ?? "",
    );
  }

  /**
   * Remember a syscall.
   *
   * @internal
   */
  note(name: string): void {
    this.#syscalls[this.#syscallCount++ % REMEMBERED] = name;
  }

  /**
   * What the guest writes to a descriptor of its own in a step.
   *
   * @param step The step; it is given the descriptor's number.
   * @returns The bytes.
   * @throws `MFILE` when it has no number left.
   */
  captured(step: (fd: number) => void): Uint8Array {
    const chunks: Uint8Array[] = [];
    const sink = openSink(
      (chunk) => void chunks.push(chunk),
      () => Deno.stderr,
    );
    const fd = this.fds.add(sink);
    try {
      step(fd);
    } finally {
      this.fds.close(fd);
    }
    return concat(chunks);
  }

  #openStdio(options: ContextOptions): void {
    const { stdin, stdout, stderr, output } = options;
    this.fds.add(openSource(stdin ?? "inherit", () => Deno.stdin));
    this.fds.add(openSink(this.#sink(stdout), () => Deno.stdout, output));
    this.fds.add(openSink(this.#sink(stderr), () => Deno.stderr, output));
  }

  /** One stream may be both standard output and standard error. */
  #sink(sink: Sink = "inherit"): Parameters<typeof openSink>[0] {
    // To name Deno's streams is to load them, which takes 2.5 ms.
    if (typeof sink !== "object" || !(sink instanceof WritableStream)) {
      return sink;
    }
    const known = this.#streams.get(sink) ?? new StreamSink(sink);
    this.#streams.set(sink, known);
    return known;
  }

  #openDirectories(preopens: Readonly<Record<string, Directory>>): void {
    for (const [preopen, directory] of Object.entries(preopens)) {
      cString("preopen", preopen);
      const descriptor = new DirectoryDescriptor(directory, { preopen });
      descriptor.path = preopen;
      this.fds.add(descriptor);
    }
  }

  /** The paths of the descriptors that are open from the start. */
  #preopened(): Map<number, string> {
    const files = new Map<number, string>();
    for (let fd = 0; fd < this.fds.size; fd++) {
      const descriptor = this.fds.get(fd);
      if (!(descriptor instanceof DirectoryDescriptor)) continue;
      if (descriptor.preopen !== undefined) files.set(fd, descriptor.preopen);
    }
    return files;
  }

  #entry(instance: WebAssembly.Instance, name: string): () => void {
    const run = instance.exports[name];
    if (typeof run !== "function") {
      throw new TypeError(
        `Cannot run the instance: it does not export ${name}()`,
      );
    }
    if (this.#started) {
      throw new Error(
        "Cannot run the instance: this Context has run one already; " +
          "make a Context for each instance",
      );
    }
    this.#started = true;
    this.#bindExport(instance);
    return run as () => void;
  }

  #bindExport(instance: WebAssembly.Instance): void {
    const { memory } = instance.exports;
    if (memory instanceof WebAssembly.Memory) this.bind(memory);
    else if (this.#memory === undefined) {
      throw new TypeError(
        "Cannot run the instance: it does not export its memory; " +
          "call bind() with the memory it imports",
      );
    }
  }
}

/** Wait for all, then fail as the first that failed. */
async function allSettled(waits: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(waits)) {
    if (result.status === "rejected") throw result.reason;
  }
}

function environString([name, value]: [string, string]): Uint8Array {
  if (name === "" || name.includes("=")) {
    throw new TypeError(
      `Cannot set the variable ${JSON.stringify(name)}: a name is not ` +
        'empty and has no "="',
    );
  }
  return cString("variable", `${name}=${value}`);
}

function cString(what: string, text: string): Uint8Array {
  if (text.includes("\0")) {
    throw new TypeError(
      `Cannot pass the ${what} ${JSON.stringify(text)}: it has a NUL inside`,
    );
  }
  return new TextEncoder().encode(`${text}\0`);
}
