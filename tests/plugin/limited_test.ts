import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  LimitError,
  type LimitName,
  loadPlugin,
  type PluginOptions,
  PythonError,
  runScript,
} from "../../mod.ts";

const SOURCE = `
import sys
from host import echo
def out(n):
    for _ in range(n): print("x" * 99)
def text(n): return "x" * n
def data(n): return b"x" * n
def calls(n): return [echo("") for _ in range(n)]
def caught(n):
    try: calls(n)
    except Exception as error: return type(error).__name__
def send(n): return echo("x" * n)
def memory(): return len(bytearray(200_000_000))
def files(n): return len([open(f"/tmp/{i}", "w") for i in range(n)])
def deep(n): return n and 1 + deep(n - 1)
def deeper(): sys.setrecursionlimit(10**6)
def spin():
    while True: pass
def clean():
    try: spin()
    except TimeoutError: return "cleaned up"
def wait(): return echo(later=True)
def run_e(payload, ident):
    import sdk
    sdk.return_result("x" * int(payload), ident)
`;

const OPTIONS: PluginOptions = {
  host: { echo: (value: string) => value },
  grants: { tmp: true },
  stdout: "null",
  limits: {
    output: 1000,
    result: "10KB",
    hostCalls: 5,
    memory: "64MB",
    files: 10,
    depth: 100,
  },
};

Deno.test("each limit is a LimitError that names it, and the next call is right", async (t) => {
  await using plugin = await loadPlugin({ source: SOURCE }, OPTIONS);
  const attempts: [
    limit: LimitName,
    value: number,
    name: string,
    n?: number,
  ][] = [
    ["output", 1000, "out", 11],
    ["result", 10_000, "text", 10_001],
    ["result", 10_000, "data", 10_001],
    ["result", 10_000, "send", 10_001],
    ["hostCalls", 5, "calls", 6],
    ["memory", 64_000_000, "memory"],
    ["files", 10, "files", 11],
    ["depth", 100, "deep", 101],
  ];
  for (const [limit, value, name, n] of attempts) {
    await t.step(`${limit}: ${name}`, async () => {
      const args = n === undefined ? [] : [n];
      for (const call of [plugin.call, plugin.callSync]) {
        const error = await assertRejects(
          async () => await call.call(plugin, name, args),
          LimitError,
        );
        assertEquals([error.limit, error.value], [limit, value]);
        assertStringIncludes(error.message, `raise limits.${limit} (--`);
        if (n !== undefined) await call.call(plugin, name, [2]);
      }
    });
  }
});

Deno.test("a result of run() has the same limit", async () => {
  await using plugin = await loadPlugin({ source: SOURCE }, OPTIONS);
  const error = await assertRejects(() => plugin.run("10001"), LimitError);
  assertEquals([error.limit, error.used], ["result", 10_001]);
  assertEquals((await plugin.run("3")).text(), "xxx");
});

Deno.test("a limit that Python has caught is none any more", async () => {
  await using plugin = await loadPlugin({ source: SOURCE }, OPTIONS);
  assertEquals(await plugin.call("caught", [6]), "HostError");
});

Deno.test("Python cannot raise the limit of its depth", async () => {
  await using plugin = await loadPlugin({ source: SOURCE }, OPTIONS);
  const error = await assertRejects(() => plugin.call("deeper"), PythonError);
  assertStringIncludes(error.message, "must be 100 or less");
});

Deno.test("output that is cut off says so where it is cut", async () => {
  let text = "";
  const stdout = (chunk: Uint8Array) =>
    void (text += new TextDecoder().decode(chunk));
  await using plugin = await loadPlugin(
    { source: SOURCE },
    { ...OPTIONS, stdout },
  );
  await assertRejects(() => plugin.call("out", [50]), LimitError);
  assertEquals(
    text.length,
    1000 + "\n[cut off: more than 1000 bytes of output]\n".length,
  );
  assertEquals(text.endsWith("of output]\n"), true);
});

Deno.test("what Python returns after its time is the result", async () => {
  await using plugin = await loadPlugin({ source: SOURCE }, {
    ...OPTIONS,
    limits: { grace: "60s" },
  });
  const options = { timeout: "50ms" };
  assertEquals(await plugin.call("clean", [], options), "cleaned up");
  assertEquals(plugin.callSync("clean", [], options), "cleaned up");
  const error = await assertRejects(
    () => plugin.call("spin", [], options),
    LimitError,
  );
  const cause = error.cause as PythonError;
  assertEquals([cause.type, cause.frames.at(-1)?.function], [
    "TimeoutError",
    "spin",
  ]);
});

Deno.test("loading has a limit of time, too", async () => {
  const load = () =>
    loadPlugin({ source: "while True: pass" }, { limits: { time: "50ms" } });
  const error = await assertRejects(load, LimitError);
  assertEquals(error.limit, "time");
});

Deno.test("a script that uses up a limit ends with a LimitError", async () => {
  const endless = () =>
    runScript({ source: "while True: pass" }, {
      stderr: "null",
      limits: { time: "50ms" },
    });
  assertEquals((await assertRejects(endless, LimitError)).limit, "time");
  const loud = () =>
    runScript({ source: "print('x' * 100)" }, {
      stdout: "null",
      limits: { output: 10 },
    });
  assertEquals((await assertRejects(loud, LimitError)).limit, "output");
});

Deno.test("a script that does not catch the exception of a limit ends with a LimitError", async () => {
  const sources: Record<string, string> = {
    memory: "b'x' * 500_000_000",
    files: "kept = [open(f'/tmp/{n}', 'w') for n in range(100)]",
    depth: "def f(n): return f(n + 1)\nf(0)",
  };
  for (const [limit, source] of Object.entries(sources)) {
    const options = {
      stderr: "null",
      grants: { tmp: true },
      limits: { memory: "64MB", files: 20, depth: 100 },
    } as const;
    const run = () => runScript({ source }, options);
    assertEquals((await assertRejects(run, LimitError)).limit, limit);
    const caught = `try:\n${
      source.replaceAll(/^/gm, "  ")
    }\nexcept Exception: raise SystemExit(3)`;
    assertEquals(await runScript({ source: caught }, options), 3);
  }
});

Deno.test("a signal that is aborted while Python runs is told to it", async () => {
  const notes: string[] = [];
  const abort = new AbortController();
  await using plugin = await loadPlugin({
    source:
      "import host\ndef f():\n  try:\n    host.stop()\n    while True: pass\n  except TimeoutError as e: host.note(str(e))",
  }, {
    host: {
      stop: () => abort.abort(new Error("enough")),
      note: (text: string) => void notes.push(text),
    },
  });
  const call = plugin.call("f", [], { signal: abort.signal });
  await assertRejects(() => call, Error, "enough");
  assertEquals(notes, ["the host aborted the call"]);
});

Deno.test("a guest that is no Python has the limit of time, too", async () => {
  const { assemble } = await import("../fixtures/wat.ts");
  const bytes = await assemble(`(module (memory (export "memory") 1)
    (func (export "_initialize"))
    (func (export "allocate") (param i32) (result i32) (i32.const 8))
    (func (export "deallocate") (param i32 i32))
    (func (export "run_e") (param i32 i32 i32) (loop (br 0))))`);
  const file = await Deno.makeTempFile({ suffix: ".wasm" });
  try {
    await Deno.writeFile(file, bytes);
    await using plugin = await loadPlugin(file, { limits: { time: "50ms" } });
    const error = await assertRejects(() => plugin.run(), LimitError);
    assertEquals([error.limit, plugin.alive], ["time", false]);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("an error is limited as a result is, but for a mebibyte that it may always have", async () => {
  const source = `
import sdk
def raises(n): raise ValueError("m" * n)
def chain(n):
    error = None
    for _ in range(9):
        try:
            raise ValueError("m" * n) from error
        except ValueError as e: error = e
    raise error
def group(n): raise ExceptionGroup("g", [ValueError("m" * n)] * 60)
def run_e(payload, ident):
    name, n = payload.split()
    if name == "error": sdk.return_error(400, "m" * int(n), ident)
    else: globals()[name](int(n))
`;
  await using plugin = await loadPlugin({ source }, {
    stderr: "null",
    limits: { result: "1KB" },
  });
  for (const name of ["raises", "chain", "group"]) {
    await assertRejects(() => plugin.call(name, [1]), PythonError);
    await assertRejects(() => plugin.run(`${name} 1`), PythonError);
    const many = 2 ** 21;
    for (
      const fails of [
        () => plugin.call(name, [many]),
        () => plugin.run(`${name} ${many}`),
      ]
    ) {
      const error = await assertRejects(fails, LimitError);
      assertEquals([error.limit, error.value], ["result", 1000], name);
    }
  }
  const whole = await assertRejects(() => plugin.run(`error ${2 ** 20}`));
  assertEquals((whole as Error).message.length, 2 ** 20);
  const cut = await assertRejects(
    () => plugin.run(`error ${2 ** 20 + 1}`),
    LimitError,
  );
  assertEquals([cut.limit, cut.used], ["result", 2 ** 20 + 1]);
  await assertRejects(
    () =>
      loadPlugin({ source: 'raise ValueError("m" * 2**21)' }, {
        limits: { result: "1KB" },
      }),
    LimitError,
  );
});

Deno.test("the time of a single call ends a loop in C as well", async () => {
  const source = `
def answer(): return 42
def loop(): sum(range(10 ** 15))
async def waits_and_loops():
    import asyncio
    await asyncio.sleep(0.001)
    loop()
`;
  const options = { timeout: "200ms" };
  await using plugin = await loadPlugin({ source }, { restart: "auto" });
  const calls = [
    () => plugin.call("loop", [], options),
    () => Promise.try(() => plugin.callSync("loop", [], options)),
    () => plugin.call("waits_and_loops", [], options),
  ];
  for (const call of calls) {
    const { value, used } = await assertRejects(call, LimitError);
    assertEquals([value, used < 60_000], [200, true]);
    assertEquals(await plugin.call("answer"), 42);
  }
});
