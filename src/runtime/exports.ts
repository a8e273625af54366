/**
 * What a guest exports, typed. Casts from WebAssembly end in this file.
 *
 * @module
 */

import { PluginLoadError } from "../errors.ts";
import { promising } from "./jspi.ts";

/** How a guest is frozen; `wrapper/wrapper.h` has the same numbers. */
export const FREEZE = { plugin: 0, image: 1, undo: 2 } as const;

/** What every SE2 guest exports. Pointers are offsets into its memory. */
export interface Se2Exports {
  /** Memory for a payload; 0 when there is none left. */
  allocate(size: number): number;
  /** Give a payload's memory back. */
  deallocate(pointer: number, size: number): void;
  /** Call the plugin; it answers through its imports. */
  runE(pointer: number, size: number, ident: number): void;
}

/** What the Python wrapper exports besides (`wrapper/wrapper.h`). */
export interface WrapperExports extends Se2Exports {
  /** Start the interpreter: 0, or -1 and a failure. */
  init(): Promise<number>;
  /** Get ready for the memory to be saved: 0, or -1 and a failure. */
  freeze(how: number): Promise<number>;
  /** Where the last failure's JSON is, 0 when there is none. */
  error(): number;
  /** How many bytes it has. */
  errorSize(): number;
  /** Switch the wrapper's own log lines on or off. */
  trace(on: number): void;
  /** Room for a message of the host's; 0 when there is none left. */
  inbox(size: number): number;
  /** Where the guest's last answer is. */
  outbox(): number;
  /** Where the guest keeps the places of both (`wrapper/mailbox.c`). */
  mail(): number;
  /** A new bytes object's number; 0 when there is no memory for it. */
  attach(size: number): number;
  /** All that the last answer named has been read. */
  drop(): void;
  /** Answer the message in the inbox: the size, negative for an exception. */
  request(): number;
  /** The same for a guest that may wait; it answers through its imports. */
  serve(): Promise<unknown>;
  /** `run_e` for a guest that may wait. */
  runEWaiting(pointer: number, size: number, ident: number): Promise<unknown>;
  /** Load a file of the guest: its kind, or -1 and a failure. */
  load(path: number, size: number, mode: number): Promise<number>;
  /** Run the loaded script: its exit status, or -1 and a failure. */
  script(): Promise<number>;
  /** Let go of a Python object. */
  release(number: number): void;
  /** How many Python objects are held for the host. */
  handles(): number;
  /** Ask `host_tick` from now on, or no more. */
  ticks(on: number): void;
  /** Write where Python is to a descriptor, even after a trap. */
  stack(fd: number): void;
}

/** The SE2 exports of a guest, or the error that names what is missing. */
export function se2Exports(instance: WebAssembly.Instance): Se2Exports {
  const missing = ["allocate", "deallocate", "run_e"].filter((name) =>
    !isFunction(instance.exports[name])
  );
  if (missing.length > 0) {
    throw new PluginLoadError(
      `Cannot use the module as a plugin: it does not export ${
        missing.join(", ")
      }`,
    );
  }
  const exports = functionsOf(instance);
  return {
    allocate: exports["allocate"],
    deallocate: exports["deallocate"],
    runE: exports["run_e"],
  };
}

/** The wrapper's exports, of an instance of our Python. */
export function wrapperExports(instance: WebAssembly.Instance): WrapperExports {
  const exports = functionsOf(instance);
  return {
    ...se2Exports(instance),
    init: waiting(exports, "plug_init"),
    freeze: waiting(exports, "plug_freeze"),
    error: exports["plug_error"],
    errorSize: exports["plug_error_size"],
    trace: exports["plug_trace"],
    inbox: exports["plug_inbox"],
    outbox: exports["plug_outbox"],
    mail: exports["plug_mail"],
    attach: exports["plug_attach"],
    drop: exports["plug_drop"],
    request: exports["plug_request"],
    serve: promising(exports["plug_serve"]),
    runEWaiting: waiting(exports, "run_e"),
    load: waiting(exports, "plug_load"),
    script: waiting(exports, "plug_script"),
    release: exports["plug_release"],
    handles: exports["plug_handles"],
    ticks: exports["plug_ticks"],
    stack: exports["plug_stack"],
  };
}

/** An export that other hosts call plainly: it is told that it may wait. */
function waiting(
  exports: ReturnType<typeof functionsOf>,
  name: string,
  // deno-lint-ignore no-explicit-any -- each of the interface types its own
): (...args: number[]) => Promise<any> {
  const call = promising(exports[name]);
  return (...args) => {
    exports["plug_promised"]();
    return call(...args);
  };
}

/** The memory that a guest exports, if it does. */
export function exportedMemory(
  instance: WebAssembly.Instance,
): WebAssembly.Memory | undefined {
  const memory = instance.exports["memory"];
  return memory instanceof WebAssembly.Memory ? memory : undefined;
}

function isFunction(value: WebAssembly.ExportValue | undefined): boolean {
  return typeof value === "function";
}

// deno-lint-ignore no-explicit-any -- each interface above types its own
function functionsOf(instance: WebAssembly.Instance): Record<string, any> {
  return instance.exports;
}
