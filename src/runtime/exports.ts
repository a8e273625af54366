/**
 * What a guest exports, typed. Casts from WebAssembly end in this file.
 *
 * @module
 */

import { PluginLoadError } from "../errors.ts";

/** What every SE2 guest exports. Pointers are offsets into its memory. */
export interface Se2Exports {
  /** Memory for a payload; 0 when there is none left. */
  allocate(size: number): number;
  /** Give a payload's memory back. */
  deallocate(pointer: number, size: number): void;
  /** Call the plugin; it answers through its imports. */
  run_e(pointer: number, size: number, ident: number): void;
}

/** What the Python wrapper exports besides (`wrapper/wrapper.h`). */
export interface WrapperExports extends Se2Exports {
  /** Start the interpreter: 0, or -1 and a failure. */
  plug_init(): number;
  /** Load a file of the guest: its kind, or -1 and a failure. */
  plug_load(path: number, size: number, mode: number): number;
  /** Run the loaded script: its exit status, or -1 and a failure. */
  plug_script(): number;
  /** Where the last failure's JSON is, 0 when there is none. */
  plug_error(): number;
  /** How many bytes it has. */
  plug_error_size(): number;
  /** Switch the wrapper's own log lines on or off. */
  plug_trace(on: number): void;
}

const SE2 = ["allocate", "deallocate", "run_e"] as const;

/** The SE2 exports of a guest, or the error that names what is missing. */
export function se2Exports(instance: WebAssembly.Instance): Se2Exports {
  const missing = SE2.filter((name) => !isFunction(instance.exports[name]));
  if (missing.length > 0) {
    throw new PluginLoadError(
      `Cannot use the module as a plugin: it does not export ${
        missing.join(", ")
      }`,
    );
  }
  return instance.exports as unknown as Se2Exports;
}

/** The wrapper's exports; `undefined` for a guest that is not our Python. */
export function wrapperExports(
  instance: WebAssembly.Instance,
): WrapperExports | undefined {
  return isFunction(instance.exports["plug_init"])
    ? instance.exports as unknown as WrapperExports
    : undefined;
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
