/**
 * Stacks of two languages as one.
 *
 * An error that crosses shows where it has been on both sides: Python's
 * traceback has frames of the host's functions, `error.stack` has Python's.
 *
 * @module
 */

import type { PythonFrame } from "../errors.ts";

/** A frame of the host's: function, file, line. */
export type HostFrame = readonly [name: string, file: string, line: number];

/** Frames in these files are py-plugin's own. */
const OWN = import.meta.resolve("../");
/** How many frames below Python's are shown. */
const MAX_CALLERS = 64;

/**
 * The frames of the host's function that threw, the innermost first: those
 * above the plugin that called it.
 *
 * @param skip How many of them Python knows already.
 */
export function hostFrames(error: Error, skip: number): HostFrame[] {
  const { lines } = partsOf(error);
  const end = lines.findIndex(isGuest);
  return withoutOwn(end < 0 ? lines : lines.slice(0, end)).slice(skip).map(
    hostFrame,
  ).filter((frame) => frame !== undefined);
}

/**
 * Show Python's frames in an error's stack, above those of who called Python.
 *
 * @param frames All frames of the traceback, the outermost first; those of
 * the host functions that an error passed through are among them.
 * @returns How many frames of the stack Python knows now.
 */
export function showPythonFrames(
  error: Error,
  frames: readonly PythonFrame[],
): number {
  const { header } = partsOf(error);
  const python = frames.map(pythonLine).reverse();
  Object.defineProperty(error, "stack", {
    value: [header, ...python, ...callers()].join("\n"),
    writable: true,
    configurable: true,
  });
  return python.length;
}

/** Who called into Python: more frames than an error has by itself. */
function callers(): string[] {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = MAX_CALLERS;
  const { lines } = partsOf(new Error());
  Error.stackTraceLimit = limit;
  return withoutOwn(here(lines));
}

function partsOf(error: Error): { header: string; lines: string[] } {
  const all = String(error.stack ?? error).split("\n");
  const first = all.findIndex((line) => /^\s+at /.test(line));
  return first < 0
    ? { header: all.join("\n"), lines: [] }
    : { header: all.slice(0, first).join("\n"), lines: all.slice(first) };
}

function isGuest(line: string): boolean {
  return /wasm-function\[\d+\]/.test(line);
}

function withoutOwn(lines: readonly string[]): string[] {
  return lines.filter((line) =>
    !line.includes(OWN) && !line.includes("at AsyncLocalStorage.run (")
  );
}

/** `    at async Store.get (file:///host.ts:12:5)` */
function hostFrame(line: string): HostFrame | undefined {
  const [, name, place] =
    /^\s+at (?:async )?(?:(.*) \((.*)\)|.*)$/.exec(line) ??
      [];
  const [, file, number] = /^(.*?):(\d+)(?::\d+)?$/.exec(
    place ?? line.replace(/^\s+at (?:async )?/, ""),
  ) ?? [];
  if (file === undefined) return undefined;
  return [name ?? "<anonymous>", file, Number(number)];
}

function pythonLine({ file, line, column, function: name }: PythonFrame) {
  return `    at ${name} (${file}:${line}${
    column === undefined ? "" : `:${column}`
  })`;
}

/** A frame of the platform's, which brings messages. */
const PLATFORM = /\bext:/;
/** The frame that serves another thread's requests. */
const ACROSS = /\bserveAcross\b/;

/**
 * An error's stack as another thread is to see it: down to where that thread
 * asked, without py-plugin's own frames.
 */
export function stackAcross(error: Error): string {
  const { header, lines: all } = partsOf(error);
  const lines = withoutOwn(here(all)).filter((line) => !PLATFORM.test(line));
  return [header, ...lines].join("\n");
}

/** What was called since another thread asked something of this one. */
function here(lines: string[]): string[] {
  const end = lines.findIndex((line) => ACROSS.test(line));
  return end < 0 ? lines : lines.slice(0, end);
}

/** Give an error the stack that another thread saw, above who asked it. */
export function showCallers(error: Error, stack: string): void {
  Object.defineProperty(error, "stack", {
    value: [stack, ...callers()].join("\n"),
    writable: true,
    configurable: true,
  });
}
