/**
 * The soak: `deno task soak --minutes=10`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { isFlat, soak } from "./soak.ts";

/** In less time a server's memory is still becoming what it will be. */
const LONG = 60_000;

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
const [before, after] = report.threads;
// One may have been started ahead.
const isLeft = after > before + 1;
const hasGrown = time >= LONG && !isFlat(report.rss);
// deno-lint-ignore no-console -- a report is for people
if (hasGrown) console.log("the server's memory grows");
Deno.exitCode = report.wrong.length > 0 || isLeft || hasGrown ? 1 : 0;
