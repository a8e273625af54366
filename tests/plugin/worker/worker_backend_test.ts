import { assertEquals, assertRejects } from "@std/assert";
import { PluginClosed } from "../../../src/errors.ts";
import type { SavedPlugin } from "../../../src/plugin/open.ts";
import {
  WorkerBackend,
  type WorkerGuest,
} from "../../../src/plugin/worker/worker_backend.ts";

const SAVED = {} as SavedPlugin;

/** A guest that is only reset and closed. */
class FakeGuest {
  alive = true;
  hasThread = true;
  isCalledBack = false;
  listens = true;
  resets = 0;

  reset(): Promise<boolean> {
    this.resets += 1;
    return Promise.resolve(this.listens);
  }

  close(): Promise<void> {
    this.hasThread = this.alive = false;
    return Promise.resolve();
  }
}

/** A backend, its guests, and what it asked for. */
function fake() {
  const guests = [new FakeGuest()];
  const asked = { prepared: 0, isReady: false, saved: [] as unknown[] };
  const backend = new WorkerBackend(guests[0] as unknown as WorkerGuest, {
    saved: SAVED,
    open: (saved) => {
      const guest = new FakeGuest();
      guests.push(guest);
      asked.saved.push(saved);
      return Promise.resolve(guest as unknown as WorkerGuest);
    },
    prepare: () => void (asked.prepared += 1),
    isReady: () => asked.isReady,
    closed: () => Promise.resolve(),
  });
  return { backend, guests, asked };
}

Deno.test("a thread has several guests, until another thread is there", async () => {
  const { backend, guests, asked } = fake();
  for (let times = 0; times < 4; times++) {
    assertEquals(asked.prepared, 0);
    await backend.reset();
  }
  assertEquals(asked.prepared, 1);
  await backend.reset(); // the other one is not there yet
  assertEquals(guests.map(({ resets }) => resets), [5]);
  asked.isReady = true;
  await backend.reset();
  assertEquals(guests.map(({ hasThread }) => hasThread), [false, true]);
  await backend.reset();
  assertEquals(guests.map(({ resets }) => resets), [5, 1]);
});

Deno.test("a guest whose thread was ended is followed by one in another", async () => {
  const { backend, guests, asked } = fake();
  await guests[0]?.close();
  assertEquals(backend.alive, false);
  await backend.reset();
  assertEquals([backend.alive, guests.length], [true, 2]);
  assertEquals(asked.saved, [SAVED]);
});

Deno.test("a guest whose thread does not listen is followed by one in another", async () => {
  const { backend, guests, asked } = fake();
  const [guest] = guests;
  if (guest !== undefined) guest.listens = false;
  await backend.reset();
  assertEquals(guests.map(({ hasThread }) => hasThread), [false, true]);
  assertEquals(asked.saved, [SAVED]);
});

Deno.test("a guest that comes when its backend is closed is closed", async () => {
  const { backend, guests } = fake();
  await guests[0]?.close();
  const reset = assertRejects(() => backend.reset(), PluginClosed);
  await backend.close();
  await reset;
  await new Promise((resolve) => setTimeout(resolve)); // it comes now
  assertEquals(guests.map(({ hasThread }) => hasThread), [false, false]);
});
