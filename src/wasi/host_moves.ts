/** How many of the guest's own moves an open directory can follow. */
const MAX_MOVES = 256;

/** Directories that got another path by the guest's own doing. */
export class HostMoves {
  readonly #moves: (readonly [from: string, to: string])[] = [];
  #dropped = 0;

  /** How many there were. */
  get count(): number {
    return this.#dropped + this.#moves.length;
  }

  /**
   * Remember one.
   *
   * @param from The path it had.
   * @param to The path it has.
   */
  add(from: string, to: string): void {
    this.#moves.push([from, to]);
    if (this.#moves.length > MAX_MOVES) {
      this.#moves.shift();
      this.#dropped++;
    }
  }

  /**
   * Where something is that had a path before some of the moves.
   *
   * @param path The path it had.
   * @param since How many moves there were then.
   * @returns The path it has now, if nobody else moved it.
   */
  follow(path: string, since: number): string {
    let at = path;
    const seen = Math.max(0, since - this.#dropped);
    for (const [from, to] of this.#moves.slice(seen)) {
      if (at === from) at = to;
      else if (at.startsWith(`${from}/`)) at = to + at.slice(from.length);
    }
    return at;
  }
}
