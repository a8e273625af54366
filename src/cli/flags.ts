/**
 * What all command lines of the program have in common.
 *
 * @module
 */

/** What is wrong with a command line. */
export interface Wrong {
  readonly kind: "wrong";
  /** It, in words. */
  readonly reason: string;
}

/** What is wrong. */
export function wrong(reason: string): Wrong {
  return { kind: "wrong", reason };
}

/** Notes the flags that a command does not know. */
export class UnknownFlags {
  #first: string | undefined;

  /** What `parseArgs` asks about each word that it was told nothing of. */
  readonly note = (word: string, key?: string): boolean => {
    if (key === undefined) return true; // no flag at all
    this.#first ??= word;
    return false;
  };

  /** What is wrong, when there was one. */
  get wrong(): Wrong | undefined {
    return this.#first === undefined
      ? undefined
      : wrong(`unknown flag ${this.#first}`);
  }
}

/** A command, or what is wrong with the value of one of its flags. */
export function orWrong<Command>(make: () => Command): Command | Wrong {
  try {
    return make();
  } catch (error) {
    if (error instanceof TypeError) return wrong(error.message);
    throw error;
  }
}
