/**
 * The log as lines for people: each layer with its colour and indent.
 *
 * @module
 */

import type { LogEvent } from "../../mod.ts";

/** What each layer's tag is painted with. */
export type Paints = Readonly<
  Record<LogEvent["layer"], (text: string) => string>
>;

const INDENTS = { host: "", wrapper: "  ", plugin: "    " } as const;

/** Yellow, green and magenta; loaded only when there is something to paint. */
export async function loadPaints(): Promise<Paints> {
  const { green, magenta, setColorEnabled, yellow } = await import(
    "@std/fmt/colors"
  );
  setColorEnabled(true);
  return { host: yellow, wrapper: green, plugin: magenta };
}

/** One event as a line, without its newline. */
export function logLine(event: LogEvent, paints?: Paints): string {
  const { layer, file, message, ident } = event;
  const tag = `${INDENTS[layer]}[${file}]`;
  const painted = paints === undefined ? tag : paints[layer](tag);
  const id = layer === "plugin" && ident !== undefined ? `id=${ident} | ` : "";
  return `${painted} | ${id}${message}`;
}
