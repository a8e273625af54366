/**
 * Looks at what a guest is given before it runs: what has the wrong type would
 * come out in the middle of a syscall, far from the line that is wrong.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import type { ContextOptions } from "./context.ts";
import { Directory } from "./node.ts";

/**
 * Check the types of what a guest is given, for callers without types.
 *
 * @param options What it is given.
 * @throws TypeError that says what is wrong, and what is right.
 */
export function checkContext(options: ContextOptions): void {
  const { preopens, stdin, stdout, stderr, clock, random, trace } = options;
  for (const [name, directory] of Object.entries(preopens ?? {})) {
    if (!(directory instanceof Directory)) refusePreopen(name, directory);
  }
  if (stdin !== undefined) checkSource(stdin);
  if (stdout !== undefined) checkSink("stdout", stdout);
  if (stderr !== undefined) checkSink("stderr", stderr);
  if (clock !== undefined) checkClock(clock);
  checkFunction("random", random);
  checkFunction("trace", trace);
}

function refusePreopen(name: string, value: unknown): never {
  const given = `Cannot open ${shown(value)} as the guest's "${name}"`;
  if (typeof value !== "string") {
    throw new TypeError(`${given}: it is not a Directory`);
  }
  const path = JSON.stringify(value);
  throw new TypeError(
    `${given}: it is a path, not a Directory; to read there, write ` +
      `new HostDirectory(Deno.realPathSync(${path})); to write as well, ` +
      `new HostDirectory(Deno.realPathSync(${path}), ` +
      "{ access: { read: true, write: true } })",
  );
}

function checkSource(source: unknown): void {
  if (isNamed(source) || typeof source === "function") return;
  if (source instanceof Uint8Array) return;
  if (source instanceof ReadableStream) {
    throw new TypeError(
      "Cannot use a stream as a guest's input: the guest cannot wait for it; " +
        "read it before: await new Response(stream).bytes()",
    );
  }
  throw new TypeError(
    `Cannot use ${shown(source)} as a guest's stdin: it is "inherit", ` +
      '"null", a Uint8Array, or a function that gives the next bytes',
  );
}

function checkSink(name: string, sink: unknown): void {
  if (isNamed(sink) || typeof sink === "function") return;
  // To name Deno's streams is to load them, which takes 2.5 ms.
  if (typeof sink === "object" && sink instanceof WritableStream) return;
  throw new TypeError(
    `Cannot use ${shown(sink)} as a guest's ${name}: it is "inherit", ` +
      '"null", a WritableStream, or a function that takes bytes; ' +
      "of a file, file.writable",
  );
}

function isNamed(value: unknown): boolean {
  return value === "inherit" || value === "null";
}

const CLOCK = ["now", "monotonic", "sleep"] as const;

function checkClock(clock: Partial<Clock> | null): void {
  const isClock = CLOCK.every((name) => typeof clock?.[name] === "function") &&
    typeof clock?.resolution === "bigint";
  if (isClock) return;
  throw new TypeError(
    `Cannot use ${shown(clock)} as a guest's clock: it has no now(), ` +
      "monotonic(), sleep() and resolution; new SystemClock() has them",
  );
}

function checkFunction(name: string, value: unknown): void {
  if (value === undefined || typeof value === "function") return;
  throw new TypeError(
    `Cannot use ${shown(value)} as a guest's ${name}: it is not a function`,
  );
}

/** A value as a sentence can have it: numbers and texts, or their kind. */
function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  return `an object of ${value.constructor?.name ?? "no class"}`;
}
