/**
 * The places of a pool, and how instances come and go in them.
 *
 * @module
 */

import { Member, type PoolBackend } from "./member.ts";
import type { Counters } from "./metrics.ts";
import type { PoolSettings } from "./pool_options.ts";

/** What they are made of. */
export interface PlacesInit {
  readonly settings: PoolSettings;
  readonly counters: Counters;
  /** Milliseconds since some moment. */
  now(): number;
  /**
   * Starts an instance.
   *
   * @param id Tells what the call that it answers is called.
   */
  open(id: () => string | undefined): Promise<PoolBackend>;
  /** Whether there is, or will be, a call for an instance. */
  isWanted(): boolean;
  /** Is told when an instance can take a call. */
  freed(): void;
  /** Is told why there is no instance, and none will come by itself. */
  failed(error: unknown): void;
}

/** As many places as the pool is large, each with an instance or without. */
export class Places {
  /** Each of them. */
  readonly members: readonly Member[];
  readonly #init: PlacesInit;
  /** Instances on their way in, or out. */
  readonly #moving = new Set<Promise<void>>();
  #isClosed = false;

  /** @param init How instances are started, and how many. */
  constructor(init: PlacesInit) {
    this.#init = init;
    const { size } = init.settings;
    this.members = Array.from({ length: size }, () => new Member());
  }

  /**
   * Start all instances.
   *
   * @throws What the first of them failed with.
   */
  async start(): Promise<void> {
    const started = await Promise.allSettled(
      this.members.map((member) => this.#fill(member)),
    );
    const failed = started.find(({ status }) => status === "rejected");
    if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
  }

  /** Start the instances that are missing. */
  fillAll(): void {
    for (const member of this.members) {
      if (member.isEmpty) this.#restart(member, this.#fill(member));
    }
  }

  /**
   * A call has been answered.
   *
   * @param member By the instance in this place.
   * @param failure With this error; or well.
   */
  giveBack(member: Member, failure: unknown): void {
    member.isBusy = false;
    member.id = undefined;
    member.note(failure);
    if (member.backend?.alive === false) this.#init.counters.crashes += 1;
    const { settings, now } = this.#init;
    if (member.isWorn(settings, now())) this.#replace(member);
    else if (member.isBroken(settings)) this.#renew(member);
    this.#init.freed();
  }

  /** End all instances. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const member of this.members) this.#empty(member);
    while (this.#moving.size > 0) await Promise.all(this.#moving);
  }

  /** Another thread, with another instance. */
  #replace(member: Member): void {
    this.#empty(member);
    if (this.#init.isWanted()) this.#restart(member, this.#fill(member));
  }

  /** Another instance, in the same thread if that is there. */
  #renew(member: Member): void {
    const { backend } = member;
    if (backend === undefined || !this.#init.isWanted()) {
      return this.#empty(member);
    }
    this.#restart(member, this.#reset(member, backend));
  }

  #restart(member: Member, started: Promise<void>): void {
    const told = started.then(
      () => void (this.#init.counters.restarts += 1),
      (error) => {
        this.#empty(member);
        this.#failedToStart(error);
      },
    );
    this.#move(told);
  }

  async #fill(member: Member): Promise<void> {
    await this.#started(member, this.#init.open(() => member.id));
  }

  async #reset(member: Member, backend: PoolBackend): Promise<void> {
    await this.#started(member, backend.reset().then(() => backend));
  }

  async #started(member: Member, start: Promise<PoolBackend>): Promise<void> {
    member.isStarting = true;
    try {
      member.fill(await start, this.#init.now());
    } finally {
      member.isStarting = false;
    }
    if (this.#isClosed) this.#empty(member);
    else this.#init.freed();
  }

  /** When there is nobody else, who waits learns why. */
  #failedToStart(error: unknown): void {
    const isHope = ({ backend, isStarting }: Member) =>
      backend !== undefined || isStarting;
    if (!this.members.some(isHope)) this.#init.failed(error);
  }

  #empty(member: Member): void {
    const backend = member.empty();
    if (backend !== undefined) this.#move(backend.close());
  }

  #move(moving: Promise<void>): void {
    const moved = moving.catch(() => {});
    this.#moving.add(moved);
    moved.then(() => this.#moving.delete(moved));
  }
}
