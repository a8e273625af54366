/**
 * Cases that are known to fail: each has a reason and a link, and fails the
 * run as soon as it passes.
 *
 * @module
 */

/** Why some cases fail. */
export interface Exception {
  /** What is the matter, in a sentence. */
  readonly reason: string;
  /** Where it is said, or documented. */
  readonly link: string;
  /** The cases; a `*` at the end stands for any rest. */
  readonly cases: readonly string[];
}

/** Why there is nothing to run, for the person who asked. */
export class NothingToRun extends Error {
  override readonly name = "NothingToRun";
}

/** What is said of each case, and whether the run is as expected. */
export class Verdict {
  readonly #exceptions: readonly Exception[];
  readonly #unused: Set<string>;
  readonly #wrong: string[] = [];
  #passed = 0;
  #excused = 0;
  #skipped = 0;

  /** @param exceptions What is known. */
  constructor(exceptions: readonly Exception[]) {
    this.#exceptions = exceptions;
    this.#unused = new Set(exceptions.flatMap(({ cases }) => cases));
  }

  /** A case passed. */
  pass(name: string): void {
    this.#passed++;
    // A pattern may cover cases that pass; a name may not.
    if (this.#unused.has(name)) {
      this.#wrong.push(`${name}: passes, so it is no exception any more`);
    }
  }

  /** A case failed. */
  fail(name: string, why: string): void {
    const known = this.#known(name);
    if (known === undefined) this.#wrong.push(`${name}: ${why}`);
    else {
      this.#excused++;
      this.#unused.delete(known);
    }
  }

  /** Why a case is known to fail; nothing when it is not. */
  reason(name: string): string | undefined {
    const pattern = this.#known(name);
    return this.#exceptions.find(({ cases }) =>
      cases.some((each) => each === pattern)
    )?.reason;
  }

  /** A case said itself that it has no meaning here. */
  skip(): void {
    this.#skipped++;
  }

  /** Whether nothing was unexpected; `ran` tells which exceptions could be. */
  report(ran: (name: string) => boolean = () => true): boolean {
    for (const name of this.#unused) {
      if (!ran(name) || this.#wrong.some((line) => line.startsWith(name))) {
        continue;
      }
      this.#wrong.push(`${name}: an exception that no case met`);
    }
    for (const line of this.#wrong) say(`UNEXPECTED ${line}`);
    say(
      `${this.#passed} passed, ${this.#wrong.length} failed, ` +
        `${this.#skipped} skipped, ${this.#excused} known exceptions`,
    );
    return this.#wrong.length === 0;
  }

  #known(name: string): string | undefined {
    for (const { cases } of this.#exceptions) {
      for (const each of cases) if (matches(each, name)) return each;
    }
    return undefined;
  }
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith("*")
    ? name.startsWith(pattern.slice(0, -1))
    : pattern === name;
}

/** Print a line. */
export function say(line: string): void {
  // deno-lint-ignore no-console -- a program
  console.log(line);
}
