import type { Context } from "../context.ts";
import { readStrings, readStringSizes } from "./strings.ts";

/**
 * `args_get(argv, argv_buf)`: write the arguments and pointers to them.
 *
 * ```text
 *   argv                      argv_buf
 *   +----------+----------+   +-----------+-----------+
 *   | argv_buf | + 4      |   | a  p  p \0| -  v \0   |
 *   +----------+----------+   +-----------+-----------+
 * ```
 */
export function argsGet(ctx: Context, argv: number, argvBuf: number): void {
  readStrings(ctx, ctx.args, argv, argvBuf);
}

/** `args_sizes_get(argc, argv_buf_size)`: how much room `args_get` needs. */
export function argsSizesGet(ctx: Context, argc: number, size: number): void {
  readStringSizes(ctx, ctx.args, argc, size);
}
