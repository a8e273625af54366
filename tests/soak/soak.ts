/**
 * Many clients that ask one server for good, slow, failing and fatal things,
 * until it is told to end in the middle of it.
 *
 * @module
 */

import { Server } from "./server.ts";

/** What a soak is told. */
export interface SoakOptions {
  /** How long, in milliseconds. */
  readonly time: number;
  readonly clients: number;
  readonly pool: number;
}

/** What it found. */
export interface SoakReport {
  /** Requests that were answered, by what was asked for and the status. */
  readonly answers: Readonly<Record<string, number>>;
  /** Answers that should have come and never did; a short one has some. */
  readonly missing: readonly string[];
  /** What was not as it should be, one sentence each. */
  readonly wrong: readonly string[];
  /** Bytes of the server, from time to time. */
  readonly rss: readonly number[];
  /** Its workers' threads when it was idle, at the start and at the end. */
  readonly threads: readonly [number, number];
  /** What else than sockets it had open then. */
  readonly open: readonly [number, number];
}

/** What is asked for, how often, and what comes back if its turn comes. */
interface Kind {
  readonly name: string;
  readonly weight: number;
  readonly status: number;
  body(text: string): string;
  /** What a 200 says. */
  answer?(text: string): string;
}

const list = (text: string) => JSON.stringify([text]);
const back = (text: string) => [...text].reverse().join("");
const TOO_LARGE = "x".repeat(200_000);

const KINDS: readonly Kind[] = [
  {
    name: "run",
    weight: 30,
    status: 200,
    body: (text) => text,
    answer: back,
  },
  {
    name: "call/good",
    weight: 40,
    status: 200,
    body: list,
    answer: (text) => JSON.stringify(back(text)),
  },
  {
    name: "call/slow",
    weight: 10,
    status: 200,
    body: list,
    answer: (text) => JSON.stringify(text),
  },
  { name: "call/fails", weight: 8, status: 500, body: list },
  { name: "call/large", weight: 3, status: 500, body: list },
  { name: "call/crashes", weight: 1, status: 502, body: list },
  { name: "call/forever", weight: 1, status: 504, body: list },
  { name: "call/greedy", weight: 2, status: 500, body: list },
  { name: "call/good", weight: 3, status: 413, body: () => TOO_LARGE },
  { name: "call/nothing", weight: 2, status: 404, body: list },
];
/** One entry for each unit of weight. */
const MIX = KINDS.flatMap((kind) => Array<Kind>(kind.weight).fill(kind));

/** A request that may have been under way when the server was told to end. */
interface Sent {
  readonly id: string;
  isAnswered: boolean;
}

class Soak {
  readonly answers: Record<string, number> = {};
  readonly wrong: string[] = [];
  readonly sent: Sent[] = [];
  readonly #server: Server;
  isEnding = false;

  constructor(server: Server) {
    this.#server = server;
  }

  /** One client: one request after the other. */
  async client(name: number): Promise<void> {
    for (let n = 0; !this.isEnding; n++) {
      const kind = MIX[Math.floor(Math.random() * MIX.length)] as Kind;
      await this.#ask(kind, `client-${name}-${n}`);
    }
  }

  async #ask(kind: Kind, id: string): Promise<void> {
    const sent: Sent = { id, isAnswered: false };
    this.sent.push(sent);
    try {
      const answer = await fetch(`${this.#server.url}/${kind.name}`, {
        method: "POST",
        body: kind.body(id),
        headers: {
          "content-type": "application/json",
          "x-request-id": id,
        },
      });
      const text = await answer.text();
      sent.isAnswered = true;
      this.#judge(kind, id, answer, text);
    } catch (error) {
      // Once it was told to end, it need not take a request any more.
      if (!this.isEnding) this.wrong.push(`${id}: no answer: ${error}`);
    }
  }

  #judge(kind: Kind, id: string, answer: Response, text: string): void {
    const { status } = answer;
    const key = `${kind.name} ${status}`;
    this.answers[key] = (this.answers[key] ?? 0) + 1;
    if (answer.headers.get("x-request-id") !== id) {
      this.wrong.push(
        `${id}: the answer to ${answer.headers.get("x-request-id")}`,
      );
    }
    if (status !== kind.status && this.#isExcused(status, text)) return;
    if (status !== kind.status) {
      this.wrong.push(`${id}: ${kind.name} was answered ${status}: ${text}`);
    } else if (kind.answer !== undefined && text !== kind.answer(id)) {
      this.wrong.push(`${id}: ${kind.name} was answered with ${text}`);
    }
  }

  /** The queue may be full, and the wait may use up a call's time. */
  #isExcused(status: number, text: string): boolean {
    if (status !== 503 && status !== 504) return false;
    const { type, message } = JSON.parse(text).error;
    if (status === 504) {
      return type === "LimitError" && message.includes(" for an instance");
    }
    return type === "PoolFull" || this.isEnding;
  }
}

/**
 * Whether memory has not grown any more: its last quarter is, in the middle, no
 * more than a tenth above what it was once everything had been in use.
 *
 * @param rss Bytes, from time to time.
 */
export function isFlat(rss: readonly number[]): boolean {
  const quarter = Math.floor(rss.length / 4);
  const middle = (part: readonly number[]) =>
    part.toSorted((a, b) => a - b)[part.length >> 1] ?? 0;
  const before = middle(rss.slice(quarter, 2 * quarter));
  return middle(rss.slice(-quarter)) <= 1.1 * before;
}

/** Run one. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const server = await Server.start([
    ...[`--pool=${options.pool}`, "--timeout=2s", "--memory=128MB"],
    ...["--max-result=100KB", "--max-body=100KB", "--max-queue=100"],
    "tests/soak/plugin.py",
  ]);
  const soaking = new Soak(server);
  const before = await idleThreads(server, options.pool);
  const openBefore = server.open();
  const rss: number[] = [];
  let clients = start(soaking, options.clients);
  const step = options.time / 20;
  for (let i = 0; i < 20; i++) {
    await later(step);
    rss.push(await server.metric("py_plugin_process_resident_memory_bytes"));
  }
  soaking.isEnding = true;
  await Promise.all(clients);
  const after = await idleThreads(server, options.pool);
  const openAfter = server.open();
  // Once more, to be ended in the middle of it.
  soaking.isEnding = false;
  clients = start(soaking, options.clients);
  await later(Math.min(step, 2000));
  soaking.isEnding = true;
  server.terminate();
  await Promise.all(clients);
  const code = await server.ended();
  if (code !== 0) soaking.wrong.push(`the server ended with status ${code}`);
  judgeLog(server, soaking);
  const { answers, wrong } = soaking;
  const missing = KINDS.map(({ name, status }) => `${name} ${status}`)
    .filter((key) => answers[key] === undefined);
  return {
    answers,
    missing,
    wrong,
    rss,
    threads: [before, after],
    open: [openBefore, openAfter],
  };
}

function start(soaking: Soak, count: number): Promise<void>[] {
  const round = soaking.sent.length;
  return Array.from(
    { length: count },
    (_, name) => soaking.client(round + name),
  );
}

/** Every request that the server took is in its log once, and was answered. */
function judgeLog(server: Server, soaking: Soak): void {
  const times = new Map<unknown, number>();
  for (const { id } of server.log) times.set(id, (times.get(id) ?? 0) + 1);
  for (const { id, isAnswered } of soaking.sent) {
    const logged = times.get(id) ?? 0;
    if (isAnswered && logged !== 1) {
      soaking.wrong.push(`${id}: ${logged} times in the log`);
    }
    if (!isAnswered && logged > 0) {
      soaking.wrong.push(`${id}: the server took it, and nobody was answered`);
    }
  }
  const end = server.log.find(({ closed }) => closed === true);
  if (end === undefined || end["accepted"] !== end["answered"]) {
    soaking.wrong.push(`at the end the server says ${JSON.stringify(end)}`);
  }
  soaking.wrong.push(
    ...server.other.map((line) => `the server wrote: ${line}`),
  );
}

/** Threads when all instances are there, and none is on its way out. */
async function idleThreads(server: Server, pool: number): Promise<number> {
  let last = -1;
  for (let i = 0; i < 100; i++) {
    const alive = await server.metric("py_plugin_instances");
    const threads = server.threads();
    if (alive === pool && threads === last) return threads;
    last = threads;
    await later(100);
  }
  return last;
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
