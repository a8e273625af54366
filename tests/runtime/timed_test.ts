import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { loadTimed, Timed, TimeUp } from "../../src/runtime/timed.ts";

const LONG = 60_000;

Deno.test("a timed step gives what the step gives", async () => {
  const timed = await loadTimed();
  assertEquals(timed.run(LONG, () => 5), 5);
  const error = new RangeError("own");
  assertStrictEquals(
    assertThrows(() =>
      timed.run(LONG, () => {
        throw error;
      })
    ),
    error,
  );
});

Deno.test("a timed step that does not end is left, and one inside it as well", async () => {
  const timed = await loadTimed();
  let finished = false;
  const endless = () => {
    try {
      for (;;);
    } finally {
      finished = true;
    }
  };
  assertThrows(() => timed.run(20, endless), TimeUp);
  assertThrows(() => timed.run(20, () => timed.run(LONG, endless)), TimeUp);
  assertThrows(() => timed.run(LONG, () => timed.run(20, endless)), TimeUp);
  assertEquals([finished, timed.run(LONG, () => 1)], [false, 1]);
});

Deno.test("what waits for a promise is timed when it goes on", async () => {
  const timed = await loadTimed();
  const { promise, resolve } = Promise.withResolvers<void>();
  promise.then(() => {
    for (;;);
  });
  await new Promise<void>((done) => timed.goOn(() => 20, resolve, done));
});

Deno.test("the host's own code goes on after the timed step", async () => {
  const timed = await loadTimed();
  const log: string[] = [];
  const guest = Promise.withResolvers<void>();
  const host = Promise.withResolvers<void>();
  guest.promise.then(() => {
    timed.afterwards(() => {
      log.push("afterwards");
      host.resolve();
    });
    log.push("guest");
  });
  timed.goOn(() => LONG, guest.resolve, () => log.push("time is up"));
  await host.promise;
  assertEquals(log, ["guest", "afterwards"]);
});

Deno.test("without Deno's own function a promise is simply settled", async () => {
  const microtasks = Promise.withResolvers<undefined>();
  const timed = new Timed(() => {}, microtasks.promise);
  const log: string[] = [];
  timed.goOn(() => LONG, () => void log.push("settled"), () => {});
  log.push("not known yet");
  microtasks.resolve(undefined);
  await timed.ready;
  timed.goOn(() => LONG, () => void log.push("again"), () => {});
  assertEquals(log, ["not known yet", "settled", "again"]);
});

Deno.test("a step that is done just when its time is up has been taken", () => {
  const step = Symbol.for("py-plugin.timed-step");
  const late = Object.assign(new Error("late"), {
    code: "ERR_SCRIPT_EXECUTION_TIMEOUT",
  });
  const timed = new Timed(() => {
    (globalThis as Record<symbol, () => void>)[step]?.();
    throw late;
  }, Promise.resolve(undefined));
  assertEquals(timed.run(LONG, () => 5), 5);
});

Deno.test("a step that ends when its time does ends nothing else", async () => {
  const timed = await loadTimed();
  for (let again = 0; again < 150; again++) {
    const end = performance.now() + 10 + (Math.random() - 0.5);
    const spin = () => {
      while (performance.now() < end);
      return again;
    };
    try {
      assertEquals(timed.run(10, spin), again);
    } catch (error) {
      if (!(error instanceof TimeUp)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve));
  }
});
