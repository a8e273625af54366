import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  Context,
  type ContextOptions,
  MemoryDirectory,
  MemoryFile,
  ProcessExit,
} from "../../src/wasi/mod.ts";
import { assemble } from "../fixtures/wat.ts";

/** Says hello, and exits with the code it is told. */
const HELLO = (code: number) =>
  `(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\\10\\00\\00\\00\\06\\00\\00\\00")
  (data (i32.const 16) "hello\\n")
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    ${code < 0 ? "" : `(call $exit (i32.const ${code}))`}))`;

async function instantiate(text: string, context: Context) {
  const module = await WebAssembly.compile(await assemble(text));
  return new WebAssembly.Instance(module, {
    "wasi_snapshot_preview1": context.imports,
  });
}

Deno.test("Context.start() runs a command, and gives its exit code", async () => {
  for (const code of [-1, 0, 42]) {
    let output = "";
    const context = new Context({
      stdout: (chunk) => output += new TextDecoder().decode(chunk),
    });
    const exit = context.start(await instantiate(HELLO(code), context));
    assertEquals([exit, output], [Math.max(0, code), "hello\n"]);
  }
});

Deno.test("Context.start() lets a trap through", async () => {
  const context = new Context();
  const instance = await instantiate(
    '(module (memory (export "memory") 1) (func (export "_start") unreachable))',
    context,
  );
  assertThrows(() => context.start(instance), WebAssembly.RuntimeError);
});

Deno.test("Context.initialize() runs a reactor's constructors", async () => {
  const context = new Context();
  const instance = await instantiate(
    `(module
      (memory (export "memory") 1)
      (func (export "_initialize") (i32.store8 (i32.const 5) (i32.const 7))))`,
    context,
  );
  context.initialize(instance);
  assertEquals(context.memory.bytes(5, 1), Uint8Array.of(7));
});

Deno.test("Context.initialize() takes a module that needs none", async () => {
  const context = new Context();
  const text = '(module (memory (export "memory") 1))';
  context.initialize(await instantiate(text, context));
  assert(context.memory.contains(0, 65_536));
});

Deno.test("Context.bind() serves a module that imports its memory", () => {
  const context = new Context({ random: (buffer) => void buffer.fill(1) });
  const memory = new WebAssembly.Memory({ initial: 1 });
  context.bind(memory);
  const get = context.imports["random_get"];
  assert(typeof get === "function");
  assertEquals(get(0, 2), 0);
  assertEquals(new Uint8Array(memory.buffer, 0, 3), Uint8Array.of(1, 1, 0));
});

Deno.test("Context says what is missing", async () => {
  const context = new Context();
  assertThrows(() => context.memory, Error, "call bind()");
  const empty = await instantiate("(module)", context);
  assertThrows(() => context.start(empty), TypeError, "not export _start()");
  assertThrows(() => context.initialize(empty), TypeError, "its memory");
});

Deno.test("Context serves one instance", async () => {
  const context = new Context({ stdout: "null" });
  const instance = await instantiate(HELLO(0), context);
  context.start(instance);
  assertThrows(() => context.start(instance), Error, "for each instance");
});

Deno.test("Context opens stdio and preopens in order, and nothing else", () => {
  const [first, second] = [new MemoryDirectory(), new MemoryDirectory()];
  const { fds } = new Context({ preopens: { "/": first, "/b": second } });
  assertEquals(fds.size, 5);
  assertStrictEquals(fds.directory(3).node, first);
  assertStrictEquals(fds.directory(4).node, second);
  assertEquals(new Context().fds.size, 3);
});

Deno.test("Context says of a path as a preopen what to write", () => {
  const options: unknown = { preopens: { "/data": "." } };
  const error = assertThrows(
    () => new Context(options as ContextOptions),
    TypeError,
  );
  assertEquals(
    error.message,
    'Cannot open "." as the guest\'s "/data": it is a path, not a Directory; ' +
      'to read there, write new HostDirectory(Deno.realPathSync(".")); to ' +
      'write as well, new HostDirectory(Deno.realPathSync("."), ' +
      "{ access: { read: true, write: true } })",
  );
});

Deno.test("Context refuses what has the wrong type before the guest runs", () => {
  const wrong: [options: unknown, why: string][] = [
    [{ preopens: { "/": 5 } }, 'Cannot open 5 as the guest\'s "/"'],
    [{ stdin: 5 }, 'Cannot use 5 as a guest\'s stdin: it is "inherit"'],
    [{ stdin: "file" }, 'Cannot use "file" as a guest\'s stdin'],
    [{ stdin: new ReadableStream() }, "Cannot use a stream as a guest's input"],
    [{ stdout: "file" }, 'Cannot use "file" as a guest\'s stdout'],
    [{ stderr: 2 }, "Cannot use 2 as a guest's stderr"],
    [{ stdout: {} }, "Cannot use an object of Object as a guest's stdout"],
    [{ stdout: null }, "Cannot use null as a guest's stdout"],
    [{ clock: "x" }, 'Cannot use "x" as a guest\'s clock'],
    [{ clock: Date }, "as a guest's clock: it has no now()"],
    [{ clock: null }, "Cannot use null as a guest's clock"],
    [{ random: 4 }, "Cannot use 4 as a guest's random"],
    [{ trace: true }, "Cannot use true as a guest's trace"],
  ];
  for (const [options, why] of wrong) {
    assertThrows(() => new Context(options as ContextOptions), TypeError, why);
  }
});

Deno.test("Context gives two guests nothing in common", () => {
  const root = new MemoryDirectory().set("a", new MemoryFile());
  const [one, two] = [1, 2].map(() => new Context({ preopens: { "/": root } }));
  assert(one !== undefined && two !== undefined);
  one.fds.close(3);
  assertEquals([one.fds.size, two.fds.size], [3, 4]);
});

Deno.test("Context.imports has the 45 syscalls and proc_raise, all functions", () => {
  const { imports } = new Context();
  const names = Object.keys(imports);
  assertEquals(names.length, 46);
  assert(names.every((name) => typeof imports[name] === "function"));
});

Deno.test("a host error that reaches the guest's entry is not an exit", async () => {
  const context = new Context({
    stdout: () => {
      throw new ReferenceError("Bug");
    },
  });
  const instance = await instantiate(HELLO(0), context);
  assertThrows(() => context.start(instance), ReferenceError, "Bug");
  assertEquals(new ProcessExit(3).message, "The guest exited with code 3");
});
