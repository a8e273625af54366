import type { Context } from "../context.ts";

/** Write strings one after the other, and a pointer to each. */
export function readStrings(
  ctx: Context,
  strings: readonly Uint8Array[],
  pointers: number,
  buf: number,
): void {
  const list = ctx.memory.struct(pointers, strings.length * 4);
  const text = ctx.memory.bytes(buf, totalSize(strings));
  let at = 0;
  for (const [index, string] of strings.entries()) {
    list.setUint32(index * 4, (buf >>> 0) + at, true);
    text.set(string, at);
    at += string.length;
  }
}

/** Write how many strings there are, and how long they are together. */
export function readStringSizes(
  ctx: Context,
  strings: readonly Uint8Array[],
  count: number,
  size: number,
): void {
  ctx.memory.check(size, 4);
  ctx.memory.setUint32(count, strings.length);
  ctx.memory.setUint32(size, totalSize(strings));
}

function totalSize(strings: readonly Uint8Array[]): number {
  return strings.reduce((sum, string) => sum + string.length, 0);
}
