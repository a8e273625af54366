/**
 * The error for a value that cannot cross, which says where it is.
 *
 * @module
 */

/** A value that cannot cross, and where it is. */
export class CannotPass extends TypeError {
  /** Name of the class. */
  override readonly name: string = "TypeError";
  /** What cannot be passed. */
  readonly reason: string;
  #where = "";

  /**
   * Make one.
   *
   * @param reason What cannot be passed.
   */
  constructor(reason: string) {
    super();
    this.reason = reason;
    this.#describe("");
  }

  /** Where it lies in what was passed: `.items[3]`, empty for all of it. */
  get where(): string {
    return this.#where;
  }

  /** Note that the value lies at `step` of something larger. */
  inside(step: string): this {
    this.#where = step + this.#where;
    this.#describe("");
    return this;
  }

  /** Say which argument: the value is one of a call's arguments. */
  asArgument(): this {
    const [, index, rest = ""] = /^\[(\d+)\](.*)$/s.exec(this.#where) ?? [];
    return index === undefined
      ? this
      : this.#within(`argument ${Number(index) + 1}`, rest);
  }

  /** Say which keyword argument: the value is one of a call's. */
  asKeyword(): this {
    const [, name, rest = ""] = /^\.([\w$]+)(.*)$/s.exec(this.#where) ?? [];
    return name === undefined ? this : this.#within(`argument ${name}`, rest);
  }

  /** Say that the value is, or lies in, what a function returned. */
  asResult(): this {
    return this.#within("result", this.#where);
  }

  #within(whole: string, rest: string): this {
    this.#where = rest;
    this.#describe(whole);
    return this;
  }

  #describe(whole: string): void {
    const rest = this.#where.replace(/^\./, "");
    const where = [whole, rest].filter((part) => part !== "").join(", ");
    this.message = `${where}${where && ": "}cannot pass ${this.reason}`;
  }
}
