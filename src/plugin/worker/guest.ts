/**
 * One guest in a worker: a thread backend that the host calls over a link.
 *
 * @module
 */

import {
  type Channel,
  Link,
  LinkValues,
  numberOfHandle,
  type Request,
  WorkerSide,
} from "../../bridge/link/mod.ts";
import type { Bridge, HostTree } from "../../bridge/mod.ts";
import { InternalError, PluginClosed, PluginError } from "../../errors.ts";
import { artifactOf, endedText } from "../../runtime/mod.ts";
import { seededRandom, SystemClock } from "../../wasi/mod.ts";
import type { Question } from "../backend.ts";
import { openGuest } from "../open.ts";
import type { Settings } from "../options.ts";
import { ThreadBackend } from "../thread_backend.ts";
import { clockAt, receivedOptions } from "./host_options.ts";
import { savedOf } from "./shared_save.ts";
import type { HostOptions, ThreadInit } from "./thread_init.ts";

/** Runs a step as a part of the call in which it was made. */
type Within = <T>(step: () => T) => T;
type Args = readonly unknown[];
type StartOperands = [HostOptions, HostTree | undefined];
type Named = Readonly<Record<string, unknown>>;

/** The guest, and who answers for it. */
export class Guest {
  readonly #init: ThreadInit;
  readonly #link: Link;
  readonly #side: WorkerSide;
  readonly #snapshot: () => Within;
  /** Runs a step that belongs to no call. */
  readonly #outside: Within;
  /** Calls of host functions that have not ended. */
  readonly #calls = new Map<number, Within>();
  #memory = 0;
  #backend: ThreadBackend | undefined;

  /**
   * Make one; {@linkcode listen} begins.
   *
   * @param channel The line to the host.
   * @param init What the thread was given.
   * @param snapshot Keeps whose code is running.
   */
  constructor(channel: Channel, init: ThreadInit, snapshot: () => Within) {
    this.#init = init;
    this.#snapshot = snapshot;
    this.#outside = snapshot();
    this.#side = new WorkerSide({
      call: (number, args) => this.#callHost("function", number, args),
      pull: (number, what) => this.#callHost("pull", number, what),
      release: (number, count) => this.#link.tell("release", number, count),
    });
    this.#link = new Link(channel, {
      values: new LinkValues(this.#side),
      serve: (request) => this.#serve(request),
      note: (name, operands) => this.#note(name, operands),
      defers: true,
    });
  }

  /** Begin to answer the host. */
  listen(): void {
    this.#link.listen();
  }

  /** Ask the host, standing still; what belongs to the call is known by it. */
  #callHost(name: string, target: number, operand: unknown): unknown {
    const number = this.#link.next;
    this.#calls.set(number, this.#snapshot());
    let result: unknown;
    try {
      result = this.#link.ask(name, (encoder) => {
        encoder.value(target);
        encoder.value(operand);
      });
    } finally {
      if (!(result instanceof Promise)) this.#calls.delete(number);
    }
    if (!(result instanceof Promise)) return result;
    const forget = () => void this.#calls.delete(number);
    result.then(forget, forget);
    return result;
  }

  #serve(request: Request): unknown {
    const { origin } = request;
    this.#tellMemory();
    if (origin?.isInside) return this.#perform(request);
    const within = origin && this.#calls.get(origin.number);
    return (within ?? this.#outside)(() => this.#perform(request));
  }

  /** How large the memory has become, when that has changed. */
  #tellMemory(): void {
    const memory = this.#backend?.guest.instance.memory;
    const size = memory?.bytes(0, 0).buffer.byteLength ?? 0;
    if (size === this.#memory) return;
    this.#memory = size;
    this.#link.tell("memory", size);
  }

  #perform({ name, operands, signal }: Request): unknown {
    if (name === "open") return this.#start(...operands as StartOperands);
    const backend = this.#demandOpen();
    const [first, second, third] = operands;
    switch (name) {
      case "run":
        return this.#run(first as Uint8Array, { ...second as Named, signal });
      case "call": {
        const options = {
          ...second as Named,
          ...kwargsOf(operands[3]),
          signal,
        };
        return backend.call(first as string, third as Args, options);
      }
      case "callSync": {
        const options = { ...second as Named, ...kwargsOf(operands[3]) };
        try {
          return backend.callSync(first as string, third as Args, options);
        } finally {
          backend.flushIdle(); // before the host goes on
        }
      }
      case "ask":
        return backend.ask(first as Question, second as Args);
      case "save":
        return this.#save();
      case "reset":
        return this.#reset();
      case "handles":
        return backend.handles;
      case "object":
        return this.#bridgeOf(second).ask(
          first as string,
          ...operands.slice(1),
        );
      case "objectWaiting":
        return this.#bridgeOf(second).askWaiting(
          first as string,
          operands.slice(1),
        );
      case "objectCall":
        return this.#side.object(first as number).call(
          second as Args,
          third as Record<string, unknown> | undefined,
        );
      default:
        throw new InternalError(`The worker does not know "${name}"`);
    }
  }

  async #run(payload: Uint8Array, options: Named): Promise<unknown> {
    const result = await this.#demandOpen().run(payload, options);
    return [result.bytes(), result.returned];
  }

  /** What was saved, without the files: the host has them. */
  async #save(): Promise<unknown> {
    const { image, offered, check } = await this.#demandOpen().save();
    return { ...image, offered, check };
  }

  async #reset(): Promise<void> {
    await this.#demandOpen().reset();
    this.#calls.clear();
    this.#tellEnd();
    this.#tellMemory();
  }

  #note(name: string, operands: readonly unknown[]): void {
    const [first, second, third] = operands;
    switch (name) {
      case "release":
        return this.#side.release(first as number);
      case "settled":
        return this.#side.settle(first as number, second as boolean, third);
    }
  }

  /** Start the guest; answers nothing. */
  async #start(sent: HostOptions, host?: HostTree): Promise<void> {
    const { source, saved, modules, now, seed, logLevel, ...init } = this.#init;
    const { log, trace, ...options } = receivedOptions(sent);
    const hrtime = init.grants.hrtime;
    const settings: Settings = {
      ...init,
      ...options,
      host: host ?? undefined,
      late: false, // the host has loaded all of it
      logger: logLevel && log && { level: logLevel, write: log },
      clock: options.clock ??
        (now === undefined
          ? new SystemClock(hrtime ? { resolution: 1n } : {})
          : clockAt(now)),
      random: seed === undefined ? options.random : seededRandom(seed),
      trace,
    };
    const tracer = trace &&
      new (await import("../trace.ts")).Tracer(trace, init.grants);
    const artifact = artifactOf(modules);
    const guest = await openGuest(source, settings, {
      mode: "plugin",
      tracer,
      artifact,
      saved: saved && source.kind === "python"
        ? savedOf(saved, source)
        : undefined,
    });
    this.#backend = new ThreadBackend(guest);
    this.#tellEnd();
    this.#tellMemory();
  }

  /** Let the host know when the guest that is there now has ended. */
  #tellEnd(): void {
    this.#backend?.guest.instance.onEnd(() => {
      this.#link.tell("ended");
      setTimeout(() => this.#link.resume()); // no message may come any more
    });
  }

  #bridge(): Bridge {
    const { bridge } = this.#demandOpen().guest;
    if (bridge !== undefined) return bridge;
    throw new PluginError("Cannot use a Python object: the plugin has none", {
      fault: "caller",
    });
  }

  /** The line to a Python object, unless that was another guest's. */
  #bridgeOf(object: unknown): Bridge {
    const bridge = this.#bridge();
    const isHandle = typeof object === "object" || typeof object === "function";
    const isOurs = isHandle && object !== null &&
      numberOfHandle(object, bridge) !== undefined;
    if (isOurs) return bridge;
    throw new PluginClosed(endedText("was reset"));
  }

  #demandOpen(): ThreadBackend {
    if (this.#backend !== undefined) return this.#backend;
    throw new InternalError("The worker has no plugin yet");
  }
}

function kwargsOf(value: unknown): Named {
  return value === undefined ? {} : { kwargs: value };
}
