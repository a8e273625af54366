import {
  EVENT,
  EventRwFlags,
  EventType,
  Rights,
  SubclockFlags,
  SUBSCRIPTION,
} from "../abi.ts";
import type { Context } from "../context.ts";
import { Errno, WasiError } from "../errno.ts";
import { clockTime } from "./clock.ts";

/** More than a guest can have descriptors is a broken guest. */
const MAX_SUBSCRIPTIONS = 16_384;

/** What happened to one subscription. */
interface Event {
  readonly userdata: bigint;
  readonly type: number;
  readonly errno: Errno;
  readonly nbytes: number;
  readonly hangup: boolean;
}

/** A clock subscription that has not come to its time yet. */
interface Alarm {
  readonly userdata: bigint;
  /** Nanoseconds from now. */
  readonly wait: bigint;
}

/**
 * `poll_oneoff(in, out, nsubscriptions, nevents)`: wait for the first of
 * several events. Descriptors here are always ready, so it sleeps only when
 * it is asked for nothing but time: whether a pipe or terminal has something,
 * Deno does not tell (RATIONALE, "Why is standard input always ready?").
 *
 * Fails with `INVAL` when there is nothing to wait for, `FAULT`. What is
 * wrong with one subscription is told in its event.
 */
export function pollOneoff(
  ctx: Context,
  input: number,
  output: number,
  count: number,
  result: number,
): void {
  const length = count >>> 0;
  if (length === 0 || length > MAX_SUBSCRIPTIONS) {
    throw new WasiError(Errno.INVAL);
  }
  const list = ctx.memory.struct(input, length * SUBSCRIPTION.size);
  ctx.memory.check(output, length * EVENT.size);
  ctx.memory.check(result, 4);
  const events: Event[] = [];
  const alarms: Alarm[] = [];
  for (let at = 0; at < list.byteLength; at += SUBSCRIPTION.size) {
    subscribe(ctx, new DataView(list.buffer, list.byteOffset + at), {
      events,
      alarms,
    });
  }
  if (events.length === 0) events.push(...sleep(ctx, alarms));
  writeEvents(ctx, output, events);
  ctx.memory.setUint32(result, events.length);
}

/** Look at one subscription: its event, or its alarm. */
function subscribe(
  ctx: Context,
  from: DataView,
  { events, alarms }: { events: Event[]; alarms: Alarm[] },
): void {
  const userdata = from.getBigUint64(SUBSCRIPTION.userdata, true);
  const type = from.getUint8(SUBSCRIPTION.tag);
  try {
    if (type === EventType.CLOCK) {
      const wait = waitTime(ctx, from);
      if (wait > 0n) alarms.push({ userdata, wait });
      else events.push(alarmEvent(userdata));
    } else events.push(readyEvent(ctx, userdata, type, from));
  } catch (error) {
    if (!(error instanceof WasiError)) throw error;
    const { errno } = error;
    events.push({ userdata, type, errno, nbytes: 0, hangup: false });
  }
}

/** How long a clock subscription has to wait from now. */
function waitTime(ctx: Context, from: DataView): bigint {
  const timeout = from.getBigUint64(SUBSCRIPTION.timeout, true);
  const flags = from.getUint16(SUBSCRIPTION.clockFlags, true);
  const id = from.getUint32(SUBSCRIPTION.clockId, true);
  const now = clockTime(ctx, id);
  if (flags & ~SubclockFlags.ABSTIME) throw new WasiError(Errno.INVAL);
  return flags & SubclockFlags.ABSTIME ? timeout - now : timeout;
}

function alarmEvent(userdata: bigint): Event {
  const errno = Errno.SUCCESS;
  return { userdata, type: EventType.CLOCK, errno, nbytes: 0, hangup: false };
}

function readyEvent(
  ctx: Context,
  userdata: bigint,
  type: number,
  from: DataView,
): Event {
  const write = type === EventType.FD_WRITE;
  if (!write && type !== EventType.FD_READ) throw new WasiError(Errno.INVAL);
  const right = write ? Rights.FD_WRITE : Rights.FD_READ;
  const fd = from.getUint32(SUBSCRIPTION.fd, true);
  const descriptor = ctx.fds.get(fd, Rights.POLL_FD_READWRITE | right);
  const { nbytes, hangup } = descriptor.ready(write);
  return { userdata, type, errno: Errno.SUCCESS, nbytes, hangup };
}

/** Sleep until the first alarm; it and all of the same time are events. */
function sleep(ctx: Context, alarms: readonly Alarm[]): Event[] {
  const first = alarms.reduce(
    (least, { wait }) => wait < least ? wait : least,
    alarms[0]?.wait ?? 0n,
  );
  ctx.clock.sleep(first);
  return alarms
    .filter(({ wait }) => wait === first)
    .map(({ userdata }) => alarmEvent(userdata));
}

/**
 * Write the events, each
 *
 * ```text
 *   userdata 8 | error 2 | type 1, 5 unused | nbytes 8 | flags 2, 6 unused
 * ```
 */
function writeEvents(
  ctx: Context,
  output: number,
  events: readonly Event[],
): void {
  const out = ctx.memory.struct(output, events.length * EVENT.size);
  for (const [index, event] of events.entries()) {
    const at = index * EVENT.size;
    const flags = event.hangup ? EventRwFlags.HANGUP : 0;
    out.setBigUint64(at + EVENT.userdata, event.userdata, true);
    out.setUint16(at + EVENT.error, event.errno, true);
    out.setUint8(at + EVENT.type, event.type);
    out.setBigUint64(at + EVENT.nbytes, BigInt(event.nbytes), true);
    out.setUint16(at + EVENT.flags, flags, true);
  }
}
