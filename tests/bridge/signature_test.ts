import { assertEquals } from "@std/assert";
import { signatureOf } from "../../src/bridge/signature.ts";

Deno.test("signatureOf() reads parameters from every kind of function", () => {
  const cases: [call: (...args: never[]) => unknown, signature: string][] = [
    [() => 1, "()"],
    [(key: string) => key, "(key, /)"],
    [(a: number, b = 2) => a + b, "(a, b=..., /)"],
    // deno-lint-ignore default-param-last -- people write such things
    [(a = 1, b: number) => a + b, "(a=..., b=..., /)"],
    [(...all: string[]) => all, "(*all)"],
    [(a: string, ...all: string[]) => [a, all], "(a, /, *all)"],
    [async (key: string) => await key, "(key, /)"],
    [async function named(key: string, value: unknown) {
      return await [key, value];
    }, "(key, value, /)"],
    [function* (from: number) {
      yield from;
    }, "(from_, /)"],
    [
      {
        method(a: number) {
          return a;
        },
      }.method,
      "(a, /)",
    ],
    [
      {
        ["odd(name)"](a: number) {
          return a;
        },
      }["odd(name)"],
      "(a, /)",
    ],
    [
      (
        key: string,
        { ttl, mode = "x" }: { ttl: number; mode?: string },
      ) => [key, ttl, mode],
      "(key, /, *, ttl, mode=...)",
    ],
    [
      (
        { a, b: { c } }: { a: 1; b: { c: 2 } } = { a: 1, b: { c: 2 } },
      ) => [a, c],
      "(*, a=..., b=...)",
    ],
    [([first]: string[], last: string) => [first, last], "(arg1, last, /)"],
    [(a = "x,(y", b = [1, 2, { c: 3 }]) => [a, b], "(a=..., b=..., /)"],
    [(a, /* one, */ b // two
    ) => [a, b], "(a, b, /)"],
    [Math.max, "(*args, **kwargs)"],
    [((a: number) => a).bind(null), "(*args, **kwargs)"],
    [class {} as never, "(*args, **kwargs)"],
  ];
  for (const [call, signature] of cases) {
    assertEquals(signatureOf(call), signature, String(call));
  }
});
