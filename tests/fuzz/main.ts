/**
 * `deno task fuzz`: bad inputs of every kind, a million by default. Each kind
 * is tried in a process of its own, so that one that hangs or dies is found.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { campaign } from "./campaign.ts";
import { TARGETS } from "./targets.ts";

const USAGE = `Usage: deno task fuzz [FLAGS]
  --cases=N      cases in all; 1000000
  --minutes=N    stop after so long, whatever was done
  --seed=N       what the inputs follow from; printed
  --only=KIND    ${Object.keys(TARGETS).join(", ")}
  --path=PATH    with --only and --seed: a finding again`;

/** A kind that says nothing for so long hangs. */
const SILENCE_MS = 120_000;
/** Shares are of a million. */
const MILLION = 1_000_000;

interface Options {
  readonly cases: number;
  readonly minutes: number | undefined;
  readonly seed: number;
  readonly only: string | undefined;
  readonly path: string | undefined;
}

async function main(args: string[]): Promise<number> {
  const flags = parseArgs(args, {
    string: ["cases", "minutes", "seed", "only", "path", "child"],
    boolean: ["help"],
  });
  const random = crypto.getRandomValues(new Int32Array(1))[0] ?? 0;
  const options = {
    cases: Number(flags.cases ?? MILLION),
    minutes: flags.minutes === undefined ? undefined : Number(flags.minutes),
    seed: Number(flags.seed ?? Math.abs(random)),
    only: flags.only,
    path: flags.path,
  };
  if (flags.child !== undefined) return await child(flags.child, options);
  const kinds = options.only === undefined
    ? Object.keys(TARGETS)
    : [options.only];
  if (flags.help || kinds.some((kind) => !Object.hasOwn(TARGETS, kind))) {
    say(USAGE);
    return 2;
  }
  return await all(kinds, options);
}

async function all(
  kinds: readonly string[],
  options: Options,
): Promise<number> {
  say(`seed ${options.seed}`);
  let failed = 0;
  for (const kind of kinds) {
    if (!await inProcess(kind, options, kinds.length)) failed++;
  }
  say(`${kinds.length - failed} kinds held, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** Try one kind in a process, which is ended when it says nothing. */
async function inProcess(
  kind: string,
  { cases, minutes, seed, path }: Options,
  kinds: number,
): Promise<boolean> {
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", new URL(import.meta.url).pathname],
      ...[`--child=${kind}`, `--cases=${cases}`, `--seed=${seed}`],
      ...(minutes === undefined ? [] : [`--minutes=${minutes / kinds}`]),
      ...(path === undefined ? [] : [`--path=${path}`]),
    ],
    stdout: "piped",
  }).spawn();
  const last = await listen(process);
  const { success } = await process.status;
  if (success) return true;
  say(`${kind}: ended at "${last}"; again: --only=${kind} --seed=${seed}`);
  return false;
}

/** Print what it says; its last word is its progress. */
async function listen(process: Deno.ChildProcess): Promise<string> {
  let last = "";
  let timer = setTimeout(() => process.kill("SIGKILL"), SILENCE_MS);
  for await (
    const text of process.stdout.pipeThrough(new TextDecoderStream())
  ) {
    clearTimeout(timer);
    timer = setTimeout(() => process.kill("SIGKILL"), SILENCE_MS);
    for (const line of text.split("\n").filter((line) => line !== "")) {
      last = line;
      if (!line.startsWith("…")) say(line);
    }
  }
  clearTimeout(timer);
  return last;
}

async function child(kind: string, options: Options): Promise<number> {
  const target = await TARGETS[kind]?.();
  if (target === undefined) return 2;
  const { cases, minutes, seed, path } = options;
  let told = 0;
  const { cases: tried, finding } = await campaign(target, {
    cases: path === undefined
      ? Math.ceil(cases * target.share / MILLION)
      : target.batch,
    seed,
    path,
    milliseconds: minutes === undefined ? undefined : minutes * 60_000,
    progress: (count) => {
      if (performance.now() - told < 1000) return;
      told = performance.now();
      say(`… ${kind} ${count}`);
    },
  });
  const seconds = (performance.now() / 1000).toFixed(0);
  if (finding === undefined) {
    say(`${kind}: ${tried} cases held, ${seconds} s`);
    return 0;
  }
  say(`${kind}: after ${tried} cases, ${finding.input}\n${finding.error}`);
  say(`again: --only=${kind} --seed=${seed} --path=${finding.path}`);
  return 1;
}

function say(line: string): void {
  // deno-lint-ignore no-console -- a program
  console.log(line);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
