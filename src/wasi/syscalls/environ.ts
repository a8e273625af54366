import type { Context } from "../context.ts";
import { readStrings, readStringSizes } from "./strings.ts";

/**
 * `environ_get(environ, environ_buf)`: write the variables, each as
 * `NAME=VALUE`, and pointers to them, laid out as `args_get` does.
 */
export function environGet(ctx: Context, environ: number, buf: number): void {
  readStrings(ctx, ctx.environ, environ, buf);
}

/** `environ_sizes_get(count, size)`: how much room `environ_get` needs. */
export function environSizesGet(
  ctx: Context,
  count: number,
  size: number,
): void {
  readStringSizes(ctx, ctx.environ, count, size);
}
