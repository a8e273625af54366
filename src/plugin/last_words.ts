/**
 * What a guest that has ended can still tell.
 *
 * @module
 */

import type { CrashFrame } from "../errors.ts";
import type { Instance, LastWords } from "../runtime/mod.ts";
import type { Context } from "../wasi/mod.ts";

/** A line of what CPython's own dumper writes, which allocates nothing. */
const FRAME = /^ {2}File "(.*)", line (\d+) in (.*)$/;
/** Functions that tell nothing: ours, and those that import. */
const SILENT = /\/_py_plugin\w*\.py$|^<frozen importlib\b/;

/** What is known of the end of a guest. */
export function lastWords(instance: Instance, context: Context): LastWords {
  const syscalls = context.lastSyscalls;
  return { syscalls, frames: framesOf(instance, context) };
}

/** Where Python was; nothing when it cannot say so any more. */
function framesOf(
  { wrapper, deadlines }: Instance,
  context: Context,
): CrashFrame[] {
  if (wrapper === undefined) return [];
  try {
    const bytes = context.captured((fd) =>
      deadlines.brief(() => wrapper.stack(fd))
    );
    return parseStack(new TextDecoder().decode(bytes));
  } catch {
    return [];
  }
}

/** The frames of a dump, which has the innermost first. */
export function parseStack(dump: string): CrashFrame[] {
  return dump.split("\n").flatMap((line) => {
    const [, file, number, name] = FRAME.exec(line) ?? [];
    if (file === undefined || name === undefined || SILENT.test(file)) {
      return [];
    }
    return [{ file, line: Number(number), function: name }];
  }).reverse();
}
