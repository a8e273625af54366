/**
 * The lines of one SE2 guest in the log, of all three layers.
 *
 * @module
 */

import { type LogEvent, type Logger, type LogLevel, shows } from "./log.ts";

/** What an {@linkcode Se2Log} is made from. */
export interface Se2LogInit {
  /** Where the log goes; nothing is logged without one. */
  readonly logger?: Logger;
  /** The plugin's file, for its lines in the log. */
  readonly file: string;
}

/** Writes the lines of one guest. */
export class Se2Log {
  readonly #logger: Logger | undefined;
  readonly #file: string;

  /** @param init Where they go. */
  constructor(init: Se2LogInit) {
    this.#logger = init.logger;
    this.#file = init.file;
  }

  /** Whether lines of a level are written. */
  shows(level: LogLevel): boolean {
    return this.#logger !== undefined && shows(this.#logger.level, level);
  }

  /** A line of the host's layer. */
  host(
    file: string,
    message: () => string,
    ident: number | undefined,
  ): void {
    if (!this.shows("trace")) return;
    this.#write(
      { layer: "host", file, level: "trace", message: message() },
      Number.isNaN(ident) ? undefined : ident,
    );
  }

  /**
   * A line that the guest sent.
   *
   * @param line Its text; in the wrapper's own lines, a file and a tab first.
   * @param ident The call that the guest says it is about.
   * @param call The call that is under way.
   */
  guest(
    level: LogLevel,
    line: string,
    ident: number,
    call: number | undefined,
  ): void {
    if (level !== "trace") {
      const file = this.#file;
      this.#write({ layer: "plugin", file, level, message: line }, ident);
      return;
    }
    const [file = "", ...rest] = line.split("\t");
    const message = rest.join("\t");
    this.#write(
      { layer: "wrapper", file, level, message },
      call === ident ? ident : undefined,
    );
  }

  #write(event: LogEvent, ident: number | undefined): void {
    this.#logger?.write(ident === undefined ? event : { ...event, ident });
  }
}

/** A pointer, for a line of the log. */
export function hex(pointer: number): string {
  return "0x" + pointer.toString(16);
}

/** Text as the guest wrote it: a byte order mark is a character like others. */
export function text(data: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(data);
}

/** At most 160 bytes of a text, quoted, for a line of the log. */
export function shown(data: Uint8Array): string {
  const limit = 160;
  return `"${text(data.subarray(0, limit))}${data.length > limit ? "…" : ""}"`;
}
