import { assertEquals, assertNotStrictEquals } from "@std/assert";
import { Deadline } from "../../../src/plugin/worker/deadline.ts";
import { Thread } from "../../../src/plugin/worker/thread.ts";
import { Threads } from "../../../src/plugin/worker/threads.ts";

/** Threads, and which were started. */
function counted() {
  const started: Promise<Thread>[] = [];
  const threads = new Threads(() => {
    const thread = Thread.start();
    started.push(thread);
    return thread;
  });
  return { threads, started };
}

/** Wait until the thread that was started ahead is there. */
async function ready(threads: Threads): Promise<void> {
  while (!threads.isReady) await new Promise((next) => setTimeout(next, 10));
}

Deno.test("a thread that was started ahead is taken by one", async () => {
  const { threads, started } = counted();
  threads.prepare();
  threads.prepare();
  assertEquals(threads.isReady, false);
  await ready(threads);
  const first = await threads.take();
  assertEquals([started.length, threads.isReady], [1, false]);
  const second = await threads.take();
  assertEquals(started.length, 2);
  assertNotStrictEquals(first, second);
  await Promise.all([first.kill(), second.kill(), threads.close()]);
});

Deno.test("a thread that nobody takes is ended, and none is started then", async () => {
  const { threads, started } = counted();
  threads.prepare();
  await ready(threads);
  const isGone = (await started[0])?.isGone();
  await threads.close();
  threads.prepare();
  assertEquals(started.length, 1);
  assertEquals(await isGone, true);
});

Deno.test("a deadline is told of before it passes", async () => {
  const told: string[] = [];
  const passed = Promise.withResolvers<void>();
  new Deadline(1, 0).watch(undefined, () => told.push("near"), () => {
    told.push("passed");
    passed.resolve();
  });
  await passed.promise;
  assertEquals(told, ["near", "passed"]);
});

Deno.test("an aborted call has a deadline, too, that is told of before", async () => {
  const told: string[] = [];
  const passed = Promise.withResolvers<void>();
  const controller = new AbortController();
  const near = () => told.push("near");
  const deadline = new Deadline(60_000, 0);
  const stop = deadline.watch(controller.signal, near, passed.resolve);
  controller.abort();
  await passed.promise;
  stop();
  assertEquals(told, ["near"]);
  assertEquals(deadline.isOver, false); // the minute is not what was waited for
});
