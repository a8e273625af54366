/**
 * How long one guest may run, and what happens when it runs longer.
 *
 * ```text
 *   begin           soft: Python gets        hard: the instance ends
 *     |             TimeoutError, once         |
 *     |---- time ------>|------- grace ------->|--- margin --->| TimeUp
 *                                              host_tick does   node:vm does
 * ```
 *
 * Python asks `host_tick` every half a millisecond or so. What never asks, a
 * loop in C, is ended by a timed step; there the margin lets `host_tick` be
 * first, since it takes the stack down as any error does.
 *
 * @module
 */

import { type CrashFrame, LimitError, PluginCrashed } from "../errors.ts";
import { type Timed, TimeUp } from "./timed.ts";

/** What `host_tick` answers; `wrapper/limits.c` has the same numbers. */
export const Due = { NOTHING: 0, TIME: 1, ABORTED: 2 } as const;

/** How much later than by `host_tick` a timed step ends, in milliseconds. */
const MARGIN = 25;
/** How long a guest that has ended may take to say where it was. */
const BRIEF = 25;

/**
 * Milliseconds that an aborted call has more than the grace when there is no
 * limit of time: to raise the first exception takes some code, and some more
 * on a busy machine, and who has set no limit is in no hurry.
 */
export const LEISURE = 1000;

/** What a guest may take; infinite where it has no limit. */
export interface TimeLimits {
  /** Milliseconds for one call, all in all. */
  readonly time: number;
  /** Milliseconds in which it may clean up. */
  readonly grace: number;
  /** Milliseconds inside the guest. */
  readonly cpuTime: number;
}

/** What is said of an instance that went on when a call of it was over. */
export type Over = LimitError | PluginCrashed;

/** The time of one call, while it is under way. */
export class Period {
  /** When it began. */
  readonly start: number;
  /** Milliseconds that it may take. */
  readonly time: number;
  /** When Python is told. */
  readonly soft: number;
  /** When the instance ends. */
  hard: number;
  /** Which limit it is that Python has been told of. */
  told: "time" | "cpuTime" | undefined;
  /** Whether the host has given up the call, and Python is to be told. */
  isAborted = false;
  /** Milliseconds that it spent outside of the guest. */
  outside = 0;

  /** @internal */
  constructor(start: number, time: number, grace: number) {
    this.start = start;
    this.time = time;
    this.soft = start + time;
    this.hard = start + time + grace;
  }
}

/** What {@linkcode Deadlines} is made from. */
export interface DeadlinesInit {
  /** The limits. */
  readonly limits: TimeLimits;
  /** Runs timed steps; without it there is `host_tick` alone. */
  readonly timed?: Timed | undefined;
  /** Makes them for a single call that has a limit, or may be aborted. */
  readonly makeTimed?: () => Timed | undefined;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
}

const NO_LIMITS: TimeLimits = {
  time: Infinity,
  grace: Infinity,
  cpuTime: Infinity,
};

/** The deadlines of one guest. */
export class Deadlines {
  readonly #wanted: TimeLimits;
  readonly #makeTimed: () => Timed | undefined;
  #timed: Timed | undefined;
  readonly #now: () => number;
  #limits = NO_LIMITS;
  #where: () => readonly CrashFrame[] = () => [];
  #onOver: (error: Over) => void = () => {};
  /** The period of the stack that can be suspended, if that runs. */
  #ofStack: () => Period | undefined = () => undefined;
  /** The period of the plain entry that runs. */
  #plain: Period | undefined;

  /** @param init The limits; none by default. */
  constructor(init: DeadlinesInit = { limits: NO_LIMITS }) {
    this.#wanted = init.limits;
    this.#timed = init.timed;
    this.#makeTimed = init.makeTimed ?? (() => undefined);
    this.#now = init.now ?? (() => performance.now());
  }

  /** From here on the limits hold: what runs is the plugin's. */
  arm(): void {
    this.#limits = this.#wanted;
  }

  /**
   * Hear of the guest.
   *
   * @param where Tells which Python functions are running.
   * @param onOver Is told, before it is thrown into the guest, that it has to
   * end.
   */
  attach(
    where: () => readonly CrashFrame[],
    onOver: (error: Over) => void,
  ): void {
    this.#where = where;
    this.#onOver = onOver;
  }

  /** Hear where the period of the stack that can be suspended is looked up. */
  attachStack(period: () => Period | undefined): void {
    this.#ofStack = period;
  }

  /** A call may be aborted: get what ends one that does not heed that. */
  prepare(): void {
    this.#timed ??= this.#makeTimed();
  }

  /** Take a step that must not take long, whatever state the guest is in. */
  brief<T>(step: () => T): T {
    return this.#timed === undefined ? step() : this.#timed.run(BRIEF, step);
  }

  /** Whether calls have to be timed. */
  get isLimited(): boolean {
    return this.#limits.time !== Infinity || this.measuresCpu;
  }

  /** Whether what is outside of the guest has to be measured. */
  get measuresCpu(): boolean {
    return this.#limits.cpuTime !== Infinity;
  }

  /** The period that the running code belongs to. */
  get current(): Period | undefined {
    return this.#plain ?? this.#ofStack();
  }

  /**
   * A call begins.
   *
   * @param time Milliseconds that it may take, instead of the limit.
   */
  begin(time: number = this.#limits.time): Period {
    if (time !== Infinity) this.prepare();
    return new Period(this.#now(), time, this.#limits.grace);
  }

  /**
   * Take a step that enters the guest plainly. One inside of another shares
   * its time, unless it is to have less.
   *
   * @param step The step.
   * @param cut Called when it was left in its middle.
   * @param time Milliseconds that it may take, instead of the limit.
   * @throws {LimitError} When it took longer.
   */
  plain<T>(
    step: () => T,
    cut: (error: Over) => void,
    time: number = this.#limits.time,
  ): T {
    const outer = this.current;
    if (time === Infinity && !this.measuresCpu) return step();
    const own = this.begin(time);
    if (outer !== undefined && outer.hard <= own.hard) return step();
    const before = this.#plain;
    this.#plain = own;
    try {
      return this.timed(own, step, cut);
    } catch (error) {
      throw this.explained(own, error);
    } finally {
      this.#plain = before;
    }
  }

  /**
   * Take a step that has until a period's end.
   *
   * @param cut Called when it was left in its middle.
   * @throws {LimitError} When it took longer.
   */
  timed<T>(
    period: Period | undefined,
    step: () => T,
    cut: (error: Over) => void,
  ): T {
    const timed = this.#timed;
    if (timed === undefined || period === undefined) return step();
    if (period.hard === Infinity) return step();
    try {
      return timed.run(this.#leftOf(period), step);
    } catch (error) {
      if (!(error instanceof TimeUp)) throw error;
      const over = this.errorOf(period);
      cut(over);
      throw over;
    }
  }

  /**
   * Let the suspended guest go on.
   *
   * @param period Its time.
   * @param settle Settles what it waits for.
   * @param cut Called when it was left in its middle.
   */
  goOn(
    period: Period | undefined,
    settle: () => void,
    cut: (error: Over) => void,
  ): void {
    const timed = this.#timed;
    if (timed === undefined || period === undefined) return settle();
    if (period.hard === Infinity) return settle();
    timed.goOn(
      () => this.#leftOf(period),
      settle,
      () => cut(this.errorOf(period)),
    );
  }

  /** Do something that starts code of the host's: not as the guest's time. */
  afterwards(step: () => void): void {
    if (this.#timed === undefined) step();
    else this.#timed.afterwards(step);
  }

  /**
   * What the guest asks all the time.
   *
   * @returns What Python is to be told.
   * @throws {LimitError} When there is no time left: it goes through the
   * guest, and takes its stack down.
   */
  tick(): number {
    const period = this.current;
    return period === undefined ? Due.NOTHING : this.dueOf(period);
  }

  /**
   * Code of the host's begins inside of a timed step: not when there is no
   * time left, so that V8 does not leave it at once. It might be loading a
   * part of Deno, `deno_parts.ts` says why that must not be.
   *
   * @throws {LimitError} When there is none.
   */
  demandTime(): void {
    const period = this.#timed === undefined ? undefined : this.current;
    if (period === undefined || this.#now() < period.hard) return;
    throw this.#over(period);
  }

  /**
   * What Python is to be told of a period, once.
   *
   * @throws {LimitError} When it is over.
   */
  dueOf(period: Period): number {
    const now = this.#now();
    if (now >= period.hard) throw this.#over(period);
    if (period.told !== undefined) return Due.NOTHING;
    if (period.isAborted) {
      period.told = "time";
      return Due.ABORTED;
    }
    const limit = this.#exceeded(period, now);
    if (limit === undefined) return Due.NOTHING;
    period.told = limit;
    period.hard = Math.min(period.hard, now + this.#limits.grace);
    return Due.TIME;
  }

  /** Milliseconds until something is due for one of the periods. */
  untilNext(periods: Iterable<Period>): number {
    let next = Infinity;
    for (const period of periods) next = Math.min(next, dueAt(period));
    return Math.max(0, next - this.#now());
  }

  /**
   * Milliseconds that the guest may be left asleep.
   *
   * @throws {LimitError} When there is no time left.
   */
  awakeIn(): number {
    const period = this.current;
    if (period === undefined) return Infinity;
    const now = this.#now();
    if (now >= period.hard) throw this.#over(period);
    return Math.max(0, dueAt(period) - now);
  }

  /** The host has given up a call: Python is told, and has to end. */
  abort(period: Period): void {
    const { time, grace } = this.#limits;
    const left = time === Infinity ? grace + LEISURE : grace;
    period.isAborted = true;
    period.hard = Math.min(period.hard, this.#now() + left);
  }

  /** Time passes outside of the guest. */
  outside<T>(step: () => T): T {
    const period = this.measuresCpu ? this.current : undefined;
    if (period === undefined) return step();
    const start = this.#now();
    try {
      return step();
    } finally {
      period.outside += this.#now() - start;
    }
  }

  /** What a call ended with: what Python was told of is what it was. */
  explained(period: Period | undefined, error: unknown): unknown {
    if (period?.told === undefined || error instanceof LimitError) return error;
    return period.isAborted ? error : this.errorOf(period, error);
  }

  /** The error that says that a period is over. */
  errorOf(period: Period, cause?: unknown): Over {
    if (period.isAborted && cause === undefined) return this.#goesOn();
    const limit = period.told ?? "time";
    const passed = this.#now() - period.start;
    return new LimitError({
      limit,
      value: limit === "time" ? period.time : this.#limits.cpuTime,
      used: limit === "time" ? passed : passed - period.outside,
      ...(cause === undefined ? { frames: this.#where() } : { cause }),
    });
  }

  #goesOn(): PluginCrashed {
    return new PluginCrashed(
      "The plugin was ended: a call did not end when it was aborted",
      { frames: this.#where() },
    );
  }

  #over(period: Period): Over {
    const error = this.errorOf(period);
    this.#onOver(error);
    return error;
  }

  #exceeded(period: Period, now: number): "time" | "cpuTime" | undefined {
    if (now >= period.soft) return "time";
    const inside = now - period.start - period.outside;
    return inside >= this.#limits.cpuTime ? "cpuTime" : undefined;
  }

  #leftOf(period: Period): number {
    return period.hard - this.#now() + MARGIN;
  }
}

/** When there is something to be done about a period. */
function dueAt({ told, soft, hard }: Period): number {
  return told === undefined ? Math.min(soft, hard) : hard;
}
