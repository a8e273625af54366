/**
 * What was granted, and what was tried and refused, as a table for people.
 *
 * @module
 */

import type { Refused, TraceEvent } from "../../mod.ts";
import { oneLine } from "./explain.ts";

/** Collects what a trace says of permissions. */
export class PermissionsTable {
  readonly #granted: (readonly [kind: string, value: string])[] = [];
  readonly #refused = new Map<string, { refused: Refused; times: number }>();

  #began = false;

  /** The plugin is there: from now on what is not told did not happen. */
  begin(): void {
    this.#began = true;
  }

  /** Take note of an event. */
  note(event: TraceEvent): void {
    if (event.event === "syscall") this.#began = true;
    if (event.event === "grant") {
      this.#granted.push([event.kind, event.value]);
    } else if (event.event === "refusal") {
      const key = `${event.need} ${event.path}`;
      const known = this.#refused.get(key);
      if (known === undefined) {
        this.#refused.set(key, { refused: event, times: 1 });
      } else known.times++;
    }
  }

  /**
   * The table.
   *
   * @param plugin The plugin's name, for the first line.
   */
  text(plugin: string): string {
    const refused = [...this.#refused.values()].map(({ refused, times }) => [
      refused.need,
      refused.path,
      times === 1 ? "once" : `${times} times`,
      wayOut(refused),
    ]);
    const isKnown = this.#began || this.#granted.length > 0;
    return [
      `permissions of ${oneLine(plugin)}`,
      ...(isKnown ? section("granted", this.#granted) : []),
      ...(this.#began ? section("refused", refused) : ["  it did not start"]),
      "",
    ].join("\n");
  }
}

/** The rows under a title, their columns in line. */
function section(
  title: string,
  raw: readonly (readonly string[])[],
): string[] {
  if (raw.length === 0) return [`  ${title}: nothing`];
  const rows = raw.map((row) => row.map(oneLine));
  const widths =
    rows[0]?.map((_, column) =>
      Math.max(...rows.map((row) => row[column]?.length ?? 0))
    ) ?? [];
  const lines = rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")
  );
  return [`  ${title}:`, ...lines.map((line) => `    ${line.trimEnd()}`)];
}

function wayOut({ by, flag, need }: Refused): string {
  switch (by) {
    case "grant":
      return `add ${flag}`;
    case "denial":
      return `denied by --deny-${need}`;
    case "own":
      return "always read-only; use --tmp or --allow-write";
    case "link":
      return "a link leads out of what was granted";
    case "deno":
      return flag === undefined
        ? `denied to Deno itself by deno run --deny-${need}`
        : `Deno does not allow it; run with deno run ${flag}`;
    case "system":
      return "the system does not allow it";
    default:
      return by satisfies never;
  }
}
