/**
 * The programs without an end, as one plugin.
 *
 * @module
 */

import type { HostNamespace } from "../../mod.ts";
import { type Attempt, attemptsOf } from "./modes.ts";

/** A program, and the number in the name of its function. */
export type Loop = Attempt & { readonly index: number };

/** All of them: `attempt0`, `attempt1` … */
export const LOOPS: readonly Loop[] = [
  ...(await attemptsOf("loops.py")).values(),
].flat()
  .map((attempt, index) => ({ ...attempt, index }));

/** What they call of the host's. */
export const LOOPS_HOST: HostNamespace = {
  never: () => new Promise(() => {}),
  soon: () => new Promise<void>((resolve) => setTimeout(resolve, 1)),
  ping: () => 1,
};

/** Their functions, and one that answers. */
export const LOOPS_SOURCE: string =
  LOOPS.map(({ name, code, index }) =>
    `${name.startsWith("async") ? "async " : ""}def attempt${index}():\n${
      code.replaceAll(/^(?=.)/gm, "    ")
    }`
  ).join("\n") + "\nimport asyncio, re\ndef answer(): return 42\n";
