import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { loadPlugin, runScript } from "../../mod.ts";
import { Collected, python } from "../fixtures/python.ts";

/** Everything in Python that usually differs from run to run. */
const SOURCE = `
import os, random, secrets, sys, tempfile, time, uuid, datetime
print(random.random(), os.urandom(4).hex(), secrets.token_hex(4))
print(uuid.uuid4(), uuid.uuid1(), uuid.uuid7(), next(tempfile._get_candidate_names()))
print({"one", "two", "three", "four", "five"}, hash("x"), id(object()))
print(time.time(), time.monotonic(), datetime.datetime.now())
time.sleep(3600)
print(time.time(), os.stat("/plugin/plugin.py").st_mtime, os.getpid())
with open("/dev/urandom", "rb") as file: print(file.read(8).hex())
`;

async function output(
  options: Parameters<typeof runScript>[1],
): Promise<string> {
  const stdout = new Collected();
  const settings = { ...options, stdout: stdout.sink };
  assertEquals(await runScript({ source: SOURCE }, settings), 0);
  return stdout.text;
}

Deno.test("the same seed and time give the same output, byte for byte", async () => {
  const clock = new Date("2026-01-01T00:00:00Z");
  const one = await output({ seed: 7, clock });
  assertEquals(await output({ seed: 7, clock }), one);
  assertNotEquals(await output({ seed: 8, clock }), one);
  assertNotEquals(await output({ seed: 7, clock: new Date() }), one);
  assertEquals(/^1767225600\.\d+ .* 2026-01-01 00:00:00/m.test(one), true, one);
});

Deno.test("hashes of strings are the build's, with any seed and none", async () => {
  const source = 'print(hash("x"), {"one", "two", "three", "four"})';
  const printed = new Set<string>();
  const env = { PYTHONHASHSEED: "3" };
  for (const options of [{}, { seed: 1 }, { seed: 2 }, { grants: { env } }]) {
    const stdout = new Collected();
    await runScript({ source }, { ...options, stdout: stdout.sink });
    printed.add(stdout.text);
  }
  assertEquals(printed.size, 1, [...printed].join());
});

Deno.test("a seeded plugin is called with the same ident each time", async () => {
  const idents: string[] = [];
  for (const seed of [1, 1, 2]) {
    await using plugin = await loadPlugin(
      python("sdk.return_result(str(ident), ident)"),
      { seed },
    );
    idents.push((await plugin.run()).text());
  }
  assertEquals(idents[0], idents[1]);
  assertNotEquals(idents[0], idents[2]);
});

Deno.test("time and random bytes may come from the caller", async () => {
  const stdout = new Collected();
  const source = "import time, os; print(time.time(), os.urandom(2))";
  const clock = {
    resolution: 1n,
    now: () => 1_500_000_000n,
    monotonic: () => 0n,
    sleep: () => {},
  };
  const random = (buffer: Uint8Array) => void buffer.fill(7);
  await runScript({ source }, { clock, random, stdout: stdout.sink });
  assertEquals(stdout.text, "1.5 b'\\x07\\x07'\n");
  await assertRejects(() => output({ seed: 1, random }), TypeError, "both");
});

Deno.test("clocks step by 0.1 ms unless more is granted", async () => {
  const source = `import time
print(all(time.perf_counter_ns() % 100_000 == 0 for _ in range(1000)))`;
  for (const hrtime of [false, true]) {
    const stdout = new Collected();
    await runScript({ source }, { grants: { hrtime }, stdout: stdout.sink });
    assertEquals(stdout.text, hrtime ? "False\n" : "True\n");
  }
});
