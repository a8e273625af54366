/**
 * A pool whose instances and whose time are made up.
 *
 * @module
 */

import { PluginResult } from "../../../src/bridge/mod.ts";
import type { PoolBackend } from "../../../src/plugin/pool/member.ts";
import { Pool } from "../../../src/plugin/pool/pool.ts";
import {
  type PoolOptions,
  poolSettings,
} from "../../../src/plugin/pool/pool_options.ts";

/** An instance whose calls are answered by the test. */
export class FakeInstance implements PoolBackend {
  alive = true;
  isClosed = false;
  /** How often it was reset. */
  resets = 0;
  /** What a reset fails with. */
  failure: unknown;
  readonly memory = 1000;
  /** The payloads it was given. */
  readonly payloads: string[] = [];
  /** How long the last call was given. */
  timeout: number | undefined;
  #call = Promise.withResolvers<PluginResult>();

  run(payload: string | Uint8Array, end: { timeout?: number }) {
    this.payloads.push(String(payload));
    this.timeout = end.timeout;
    this.#call = Promise.withResolvers();
    return this.#call.promise;
  }

  call(name: string): Promise<unknown> {
    return this.run(name, {});
  }

  ask(question: string): Promise<unknown> {
    return this.run(question, {});
  }

  reset(): Promise<void> {
    this.alive = true;
    this.resets += 1;
    return this.failure === undefined
      ? Promise.resolve()
      : Promise.reject(this.failure);
  }

  close(): Promise<void> {
    this.alive = false;
    this.isClosed = true;
    return Promise.resolve();
  }

  /** Answer the call that it has. */
  async answer(text = ""): Promise<void> {
    await settled();
    this.#call.resolve(
      new PluginResult(new TextEncoder().encode(text), true),
    );
    await settled();
  }

  /** Let the call that it has fail. */
  async fail(error: unknown, alive = true): Promise<void> {
    await settled();
    this.alive = alive;
    this.#call.reject(error);
    await settled();
  }
}

/** The same promise, which may fail before the test looks at it. */
export function looked<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** Let all that can go on go on. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

/** A pool, what was started for it, and its clock. */
export class FakePool {
  readonly instances: FakeInstance[] = [];
  readonly pool: Pool;
  /** What the next starts fail with. */
  readonly failures: unknown[] = [];
  /** What starts wait for. */
  delay: Promise<void> | undefined;
  now = 0;
  readonly #timers = new Set<{ at: number; step: () => void }>();

  constructor(options: PoolOptions) {
    this.pool = new Pool({
      settings: poolSettings(options),
      open: async () => {
        const failure = this.failures.shift();
        if (failure !== undefined) throw failure;
        const instance = new FakeInstance();
        this.instances.push(instance);
        await this.delay;
        return instance;
      },
      ended: () => Promise.resolve(),
      now: () => this.now,
      timer: (milliseconds, step) => {
        const timer = { at: this.now + milliseconds, step };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
      inSpan: (_name, _attributes, step) => step(),
    });
  }

  /** Start it. */
  static async start(options: PoolOptions): Promise<FakePool> {
    const fake = new FakePool(options);
    await fake.pool.start();
    return fake;
  }

  /** The instance that was started as the n-th. */
  instance(index: number): FakeInstance {
    const instance = this.instances[index];
    if (instance === undefined) throw new Error(`no instance ${index}`);
    return instance;
  }

  /** How many timers run. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Let time pass. */
  async pass(milliseconds: number): Promise<void> {
    await settled();
    this.now += milliseconds;
    for (const timer of [...this.#timers]) {
      if (timer.at > this.now) continue;
      this.#timers.delete(timer);
      timer.step();
    }
    await settled();
  }
}
