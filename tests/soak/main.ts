/**
 * The soak: `deno task soak --minutes=10`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { soak } from "./soak.ts";

const flags = parseArgs(Deno.args, {
  string: ["minutes", "clients", "pool"],
  default: { minutes: "2", clients: "200", pool: "4" },
});
const report = await soak({
  time: Number(flags.minutes) * 60_000,
  clients: Number(flags.clients),
  pool: Number(flags.pool),
});
const mib = report.rss.map((bytes) => Math.round(bytes / 2 ** 20));
// deno-lint-ignore no-console -- a report is for people
console.log({ ...report, rss: `${mib.join(" ")} MiB` });
const [before, after] = report.threads;
// One may have been started ahead.
const isLeft = after > before + 1;
Deno.exitCode = report.wrong.length === 0 && !isLeft ? 0 : 1;
