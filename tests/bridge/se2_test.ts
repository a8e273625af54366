import {
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertRejects,
} from "@std/assert";
import {
  LimitError,
  loadPlugin,
  type LogEvent,
  PluginClosed,
  PluginCrashed,
  PluginLoadError,
  type PluginOptions,
  ProtocolError,
  ReturnedError,
} from "../../mod.ts";
import { assemble, se2Guest } from "../fixtures/wat.ts";
import { withFile } from "../fixtures/files.ts";

const ECHO =
  "(call $result (local.get $ptr) (local.get $size) (local.get $ident))";
const TEAPOT =
  "(call $error (i32.const 418) (i32.const 16) (i32.const 6) (local.get $ident))";

/** Load the guest and hand it over. */
async function withGuest(
  text: string,
  use: (plugin: Awaited<ReturnType<typeof loadPlugin>>) => Promise<void>,
  options: PluginOptions = {},
): Promise<void> {
  await withFile("guest.wasm", await assemble(text), async (path) => {
    await using plugin = await loadPlugin(path, options);
    await use(plugin);
  });
}

Deno.test("a guest in WebAssembly text answers through SE2", async () => {
  await withGuest(se2Guest(ECHO), async (plugin) => {
    const result = await plugin.run("naïve");
    assertEquals(result.text(), "naïve");
    assertEquals(result.returned, true);
  });
});

Deno.test("a guest in C answers through SE2", async () => {
  await using plugin = await loadPlugin("tests/fixtures/upper.wasm");
  assertEquals((await plugin.run("shout")).text(), "SHOUT");
  assertEquals((await plugin.run("again")).text(), "AGAIN");
});

Deno.test("no answer is an empty result that says so", async () => {
  await withGuest(se2Guest(""), async (plugin) => {
    const result = await plugin.run("x");
    assertEquals(result.bytes(), new Uint8Array());
    assertFalse(result.returned);
  });
});

Deno.test("a second result is an error", async () => {
  await withGuest(se2Guest(ECHO + ECHO), async (plugin) => {
    await assertRejects(() => plugin.run("x"), ProtocolError, "two results");
    await assertRejects(() => plugin.run("x"), ProtocolError, "two results");
  });
});

Deno.test("an error beats a result, whichever comes first", async () => {
  for (const body of [TEAPOT + ECHO, ECHO + TEAPOT]) {
    await withGuest(se2Guest(body), async (plugin) => {
      const error = await assertRejects(() => plugin.run("x"), ReturnedError);
      assertEquals([error.code, error.message], [418, "teapot"]);
    });
  }
});

Deno.test("a trap beats a result and ends the instance", async () => {
  await withGuest(se2Guest(ECHO + "(unreachable)"), async (plugin) => {
    const error = await assertRejects(() => plugin.run("x"), PluginCrashed);
    assertInstanceOf(error.cause, WebAssembly.RuntimeError);
    assertFalse(plugin.alive);
    await assertRejects(() => plugin.run("x"), PluginClosed, "has crashed");
  });
});

Deno.test("an error beats a trap, which is its cause", async () => {
  await withGuest(se2Guest(TEAPOT + "(unreachable)"), async (plugin) => {
    const error = await assertRejects(() => plugin.run("x"), ReturnedError);
    assertInstanceOf(error.cause, PluginCrashed);
    assertFalse(plugin.alive);
  });
});

Deno.test("using up the stack ends the instance with an error", async () => {
  const text = se2Guest(
    "(call $deep (i32.const 0))",
    "(func $deep (param i32) (call $deep (i32.add (local.get 0) (i32.const 1))) (drop (i32.load (local.get 0))))",
  );
  await withGuest(text, async (plugin) => {
    await assertRejects(() => plugin.run("x"), PluginCrashed, "call stack");
  });
});

Deno.test("an answer with another ident is an error", async () => {
  const other =
    "(call $result (local.get $ptr) (local.get $size) (i32.xor (local.get $ident) (i32.const 1)))";
  await withGuest(se2Guest(other), async (plugin) => {
    await assertRejects(() => plugin.run("x"), ProtocolError, "with ident");
  });
});

Deno.test("an answer outside memory is an error and reads nothing", async () => {
  const past =
    "(call $result (i32.const 131071) (i32.const 2) (local.get $ident))";
  const negative =
    "(call $result (i32.const -1) (i32.const -1) (local.get $ident))";
  for (const body of [past, negative]) {
    await withGuest(se2Guest(body), async (plugin) => {
      await assertRejects(() => plugin.run("x"), ProtocolError, "outside");
    });
  }
});

Deno.test("memory that grows during the call is read where it is", async () => {
  const body = `(drop (memory.grow (i32.const 16)))
    (memory.copy (i32.const 1000000) (local.get $ptr) (local.get $size))
    (call $result (i32.const 1000000) (local.get $size) (local.get $ident))`;
  await withGuest(se2Guest(body), async (plugin) => {
    assertEquals((await plugin.run("moved")).text(), "moved");
    assertEquals((await plugin.run("again")).text(), "again");
  });
});

Deno.test("pointers above 2 GiB are unsigned", async () => {
  const text = `(module
    (import "env" "return_result" (func $result (param i32 i32 i32)))
    (memory (export "memory") 32800)
    (func (export "_initialize"))
    (func (export "allocate") (param i32) (result i32) (i32.const 0x80010000))
    (func (export "deallocate") (param i32 i32))
    (func (export "run_e") (param i32 i32 i32)
      (call $result (local.get 0) (local.get 1) (local.get 2))))`;
  await withGuest(text, async (plugin) => {
    assertEquals((await plugin.run("far away")).text(), "far away");
  }, { limits: { memory: 4 * 1024 ** 3 } });
});

Deno.test("a guest that frees the payload itself still answers", async () => {
  const text = se2Guest(ECHO).replace(
    '(func (export "deallocate") (param i32 i32))',
    '(func (export "deallocate") (param i32 i32) (unreachable))',
  );
  await withGuest(text, async (plugin) => {
    assertEquals((await plugin.run("kept")).text(), "kept");
  });
});

Deno.test("a command's _start runs first, and its status counts", async () => {
  const start = (body: string) =>
    se2Guest(
      "(call $result (i32.const 16) (global.get $n) (local.get $ident))",
      `(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
       (global $n (mut i32) (i32.const 0))
       (func (export "_start") ${body})`,
    ).replace('(func (export "_initialize"))', "");
  const hoisted = (text: string) => {
    const line =
      '(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))';
    return text.replace(line, "").replace("(module", `(module ${line}`);
  };
  await withGuest(
    hoisted(start("(global.set $n (i32.const 3))")),
    async (plugin) => assertEquals((await plugin.run()).text(), "tea"),
  );
  await assertRejects(
    () =>
      withGuest(hoisted(start("(call $exit (i32.const 7))")), async () => {}),
    PluginCrashed,
    "status 7",
  );
});

Deno.test("a module that is no SE2 guest is refused with what it lacks", async () => {
  const lacks = {
    '(module (memory (export "memory") 1))': "neither _start nor _initialize",
    '(module (memory (export "memory") 1) (func (export "_initialize")))':
      "does not export allocate, deallocate, run_e",
    '(module (import "env" "fetch_url" (func)) (func (export "_initialize")))':
      "it imports env.fetch_url",
  };
  for (const [text, message] of Object.entries(lacks)) {
    await assertRejects(
      () => withGuest(text, async () => {}),
      PluginLoadError,
      message,
    );
  }
  await withFile("guest.wasm", "not wasm", async (path) => {
    await assertRejects(
      () => loadPlugin(path),
      PluginLoadError,
      "not a WebAssembly module",
    );
  });
});

Deno.test("allocate may answer 0 for no bytes, and nothing outside memory", async () => {
  const allocating = (pointer: string) =>
    se2Guest(ECHO).replace("(i32.const 1024)", `(i32.const ${pointer})`);
  await withGuest(allocating("0"), async (plugin) => {
    assertEquals((await plugin.run("")).text(), "");
    await assertRejects(() => plugin.run("x"), LimitError, "needs more");
  });
  await withGuest(allocating("-16"), async (plugin) => {
    await assertRejects(
      () => plugin.run("x"),
      ProtocolError,
      "allocate(1) answered 0xfffffff0, which is outside its memory",
    );
  });
});

Deno.test("only our Python's wrapper writes lines of the wrapper's layer", async () => {
  const body =
    "(call $log (i32.const 16) (i32.const 6) (i32.const 5) (local.get $ident))";
  const events: LogEvent[] = [];
  await withFile("guest.wasm", await assemble(se2Guest(body)), async (path) => {
    await using plugin = await loadPlugin(path, {
      log: (event) => events.push(event),
      logLevel: "trace",
    });
    await plugin.run();
  });
  const layers = events.filter(({ message }) => message === "teapot");
  assertEquals(layers.map(({ layer, level }) => [layer, level]), [[
    "plugin",
    "info",
  ]]);
});

Deno.test("a guest whose own memory is over the limit is refused", async () => {
  const text = se2Guest(ECHO).replace(
    '(memory (export "memory") 2)',
    '(memory (export "memory") 2000)',
  );
  await withFile("guest.wasm", await assemble(text), async (path) => {
    await assertRejects(
      () => loadPlugin(path, { limits: { memory: 32 * 1024 * 1024 } }),
      PluginLoadError,
      "its memory has 125MiB, and 32MiB are allowed; raise limits.memory",
    );
  });
});
