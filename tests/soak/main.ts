/**
 * The soak: `deno task soak --minutes=10`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { isFlat, soak } from "./soak.ts";

/** In less time a server's memory is still becoming what it will be. */
const LONG = 60_000;

/** Descriptors of one more thread. */
const OF_A_THREAD = 5;

const flags = parseArgs(Deno.args, {
  string: ["minutes", "clients", "pool"],
  default: { minutes: "2", clients: "200", pool: "4" },
});
const time = Number(flags.minutes) * 60_000;
const report = await soak({
  time,
  clients: Number(flags.clients),
  pool: Number(flags.pool),
});
const mib = report.rss.map((bytes) => Math.round(bytes / 2 ** 20));
// deno-lint-ignore no-console -- a report is for people
console.log({ ...report, rss: `${mib.join(" ")} MiB` });
// deno-lint-ignore no-console -- a report is for people
const say = (text: string) => console.log(text);
const isLong = time >= LONG;
const started = report.threads[1] - report.threads[0];
const opened = report.open[1] - report.open[0];
const faults = [
  ...report.wrong,
  ...(isLong ? report.missing.map((key) => `never answered: ${key}`) : []),
  ...(isLong && !isFlat(report.rss) ? ["the server's memory grows"] : []),
  // One may have been started ahead.
  ...(started > 1 ? [`${started} more threads are left`] : []),
  ...(opened > Math.max(started, 0) * OF_A_THREAD + 1
    ? [`${opened} more descriptors are left`]
    : []),
];
for (const fault of faults) say(fault);
Deno.exitCode = faults.length > 0 ? 1 : 0;
