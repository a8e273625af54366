/**
 * Commands and their output, as a text shows them, and whether the real output is the same.
 *
 * ````text
 * ```console
 * $ command one
 * its output
 * $ command two
 * first line of a long output
 * …
 * ```
 * ````
 *
 * A line that is only `…` stands for any lines. What differs from run to run is the same on both sides after
 * {@linkcode normalize}: idents, pointers, durations, and what Deno and npx say before the program starts.
 *
 * @module
 */

/** One command of a text, and what the text says it prints. */
export interface Shown {
  /** The command, without the prompt. */
  readonly command: string;
  /** Lines below it, up to the next prompt or the end of the block. */
  readonly output: string;
}

/** One fenced block. */
export interface Block {
  /** What stands behind the backticks: `ts`, `console`, `ts ignore`. */
  readonly language: string;
  /** What is between the fences. */
  readonly text: string;
}

/** Applied to both sides, in order. */
const NOISE: readonly (readonly [RegExp, string])[] = [
  [/^(?:Task|Check|Download|Initialize|npm notice|npm warn)\b.*\n/gm, ""], // before the program
  [/\b0x[0-9a-f]+\b/g, "0x#"], // an address
  [/\b(id|ident|ptr)([= ])-?\d+/g, "$1$2#"], // random
  [/-?\b\d{4,}\b/g, "#"], // the same without its name
  [/\b\d+(?:\.\d+)? ?(?:ms|µs|s)\b/g, "#"], // durations
  [/[ \t]+$/gm, ""],
];

/**
 * All fenced blocks of a markdown text.
 *
 * @param markdown The text.
 * @returns The blocks in order.
 */
export function blocksOf(markdown: string): Block[] {
  const fence = /^( *)(`{3,})([^\n`]*)\n([\s\S]*?)^\1\2 *$/gm;
  return [...markdown.matchAll(fence)].map((
    [, , , language = "", text = ""],
  ) => ({ language: language.trim(), text }));
}

/**
 * The commands of all `console` and `sh` blocks that show a prompt.
 *
 * @param markdown The text.
 * @returns The commands in order.
 */
export function shownIn(markdown: string): Shown[] {
  return blocksOf(markdown)
    .filter(({ language }) => /^(?:console|sh)$/.test(language))
    .flatMap(({ text }) => text.split(/^\$ /m).slice(1))
    .map((part) => {
      const end = part.indexOf("\n");
      return { command: part.slice(0, end), output: part.slice(end + 1) };
    });
}

/**
 * Makes two runs of the same command comparable.
 *
 * @param output What was printed, or what a text says.
 * @returns The same without what differs from run to run.
 */
export function normalize(output: string): string {
  return NOISE.reduce(
    (text, [pattern, replacement]) => text.replaceAll(pattern, replacement),
    output,
  ).trim();
}

/**
 * Whether a command printed what the text shows.
 *
 * @param shown The text's output; a line `…` stands for any lines.
 * @param real What the command printed.
 * @returns Whether they are the same.
 */
export function sameOutput(shown: string, real: string): boolean {
  const parts = normalize(shown).split(/^…$/m).map((part) =>
    escapeRegExp(part.trim())
  );
  return new RegExp(`^${parts.join("\\n?[\\s\\S]*?\\n?")}$`).test(
    normalize(real),
  );
}

/** The text as a pattern for itself. */
function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
