import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import {
  LimitError,
  type LimitName,
  PluginCrashed,
  type PluginOptions,
  ProtocolError,
  PythonError,
} from "../../mod.ts";
import { comparedText } from "../../src/size_text.ts";
import { attemptsOf, MODES } from "./modes.ts";

const GROUPS = await attemptsOf("deaths.py");

/** Each attempt is a function; what many need is there. */
function sourceOf(codes: readonly string[]): string {
  const functions = codes.map((code, index) =>
    `def attempt${index}():\n${code.replaceAll(/^(?=.)/gm, "    ")}`
  );
  return `
import json, os, sys
def nest():
    nested = []
    for _ in range(100_000): nested = [nested]
    return nested
def answer(): return 42
${functions.join("\n")}`;
}

const OPTIONS: PluginOptions = {
  host: { ping: () => 1 },
  grants: { tmp: 1_000_000 },
  stdout: "null",
  stderr: "null",
  restart: "auto",
  limits: {
    time: "120s",
    memory: "64MB",
    output: "100KB",
    result: "1MB",
    hostCalls: 100,
    files: 40,
  },
};

Deno.test("there are at least 120 attempts, each with its own name", () => {
  const names = [...GROUPS.values()].flat().map(({ name }) => name);
  assert(names.length >= 120, `${names.length}`);
  assertEquals(new Set(names).size, names.length);
});

for (const [mode, open] of Object.entries(MODES)) {
  for (const [group, attempts] of GROUPS) {
    Deno.test(`nothing takes the host down: ${group}, ${mode}`, async (t) => {
      const source = sourceOf(attempts.map(({ code }) => code));
      await using neighbour = await open(source, OPTIONS);
      await using plugin = await open(source, OPTIONS);
      for (const [index, { name, ending }] of attempts.entries()) {
        await t.step(name, async () => {
          const status = Deno.exitCode;
          const call = () => plugin.call(`attempt${index}`);
          demandEnding(await outcomeOf(call), ending);
          assertEquals(await neighbour.call("answer"), 42);
          assertEquals(await plugin.call("answer"), 42);
          assertEquals(Deno.exitCode, status);
        });
      }
    });
  }
}

/** What a call threw; nothing when it has an answer. */
async function outcomeOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** `done`, the name of an exception, or a class of ours and its message. */
function demandEnding(outcome: unknown, ending: string): void {
  const [kind = "", ...rest] = ending.split(" ");
  if (outcome === undefined) return assertEquals("done", ending);
  if (outcome instanceof LimitError) {
    demandWayOut(outcome);
    return assertEquals(`LimitError ${outcome.limit}`, ending);
  }
  if (outcome instanceof PythonError) {
    return assert(
      outcome.type.endsWith(kind) || outcome.is(kind),
      outcome.type,
    );
  }
  assert(
    outcome instanceof PluginCrashed || outcome instanceof ProtocolError,
    Deno.inspect(outcome),
  );
  assertEquals(outcome.name, kind);
  assertStringIncludes(outcome.message, rest.join(" "));
  if (outcome instanceof PluginCrashed) demandEvent(outcome);
}

/** The limits that are counted in bytes. */
const SIZES: readonly LimitName[] = ["memory", "output", "result", "tmp"];

/** A limit says what was used, what is allowed, and what raises it. */
function demandWayOut({ limit, value, used, message }: LimitError): void {
  const option = limit === "tmp" ? "grants.tmp" : `limits.${limit}`;
  const form =
    /^The plugin .*?(\d\S*(?: bytes)?) .*: (\S+(?: bytes)?) are allowed; raise (\S+) \(--[a-z-]+\)$/;
  const [, ...said] = form.exec(message) ?? [];
  const texts = SIZES.includes(limit)
    ? comparedText(used, value)
    : [`${used}`, `${value}`];
  assertEquals(said, [...texts, option], message);
}

/** A crash says where it happened, and what did. */
function demandEvent({ message }: PluginCrashed): void {
  const form =
    /^The plugin (?:ended itself in \S.*: it exited with status \d+|crashed in \S.*: \S.*)$/;
  assertMatch(message, form);
}
