import { assertEquals } from "@std/assert";
import { Channel, COUNTERS_SIZE } from "../../../src/bridge/link/mod.ts";

/** The two ends of a line on which nothing is sent. */
function ends(): [Channel, Channel] {
  const counters = new Int32Array(new SharedArrayBuffer(COUNTERS_SIZE));
  const nothing = () => {};
  const port = {
    ...{ postMessage: nothing, on: nothing, ref: nothing },
    ...{ unref: nothing, close: nothing },
  };
  const init = { port, counters, receive: () => undefined };
  return [
    new Channel({ ...init, end: 0 }),
    new Channel({ ...init, end: 1 }),
  ];
}

Deno.test("a request counts as begun from when the other end may serve it", () => {
  const [host, worker] = ends();
  assertEquals([worker.begin(2), worker.begin(1)], [true, true]);
  assertEquals([1, 2, 3].map(host.stop()), [true, true, false]);
  assertEquals([0, 1].map(worker.stop()), [true, false]); // each has its own
});

Deno.test("an end that was stopped begins nothing, and what it had begun is known", () => {
  const [host, worker] = ends();
  worker.begin(5);
  const hasBegun = host.stop();
  assertEquals([3, 6, 5].map((number) => worker.begin(number)), [
    false,
    false,
    false,
  ]);
  assertEquals([4, 5, 6].map(hasBegun), [true, true, false]);
  assertEquals(host.begin(1), true);
});

Deno.test("more requests than can be counted all count as begun", () => {
  const [host, worker] = ends();
  const many = 2 ** 31;
  assertEquals(worker.begin(many), true);
  assertEquals(worker.begin(many + 1), true);
  assertEquals([many - 1, many, many + 2].map(host.stop()), [true, true, true]);
});
