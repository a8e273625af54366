import { assertEquals, assertRejects } from "@std/assert";
import {
  loadPlugin,
  PluginLoadError,
  PythonError,
  runScript,
} from "../../mod.ts";
import { Collected, python } from "../fixtures/python.ts";

const ECHO = { source: "import sys\nsys.stdout.write(sys.stdin.read())" };
const SHOUT = python(
  "print(payload.upper(), flush=True)\n" +
    "if payload == 'fail': raise ValueError(payload)",
);

/** A stream of text that collects it, as `sink` of {@linkcode Collected}. */
function collecting(out: Collected): WritableStream<Uint8Array> {
  return new WritableStream({ write: (chunk) => out.sink(chunk) });
}

Deno.test("stdin may be a function that gives the next bytes", async () => {
  const out = new Collected();
  const lines = ["one\n", "two\n", "\u20ac\n"];
  const stdin = () => {
    const line = lines.shift();
    return line === undefined ? null : new TextEncoder().encode(line);
  };
  assertEquals(await runScript(ECHO, { stdin, stdout: out.sink }), 0);
  assertEquals(out.text, "one\ntwo\n\u20ac\n");
});

Deno.test("stdin may be a Web stream, which is read before the start", async () => {
  const out = new Collected();
  const stdin = ReadableStream.from(["slow ", "but ", "sure"])
    .pipeThrough(new TextEncoderStream());
  assertEquals(await runScript(ECHO, { stdin, stdout: out.sink }), 0);
  assertEquals(out.text, "slow but sure");
});

Deno.test("a Web stream that cannot be read is an error before the start", async () => {
  const failing = new ReadableStream<Uint8Array>({
    pull: () => Promise.reject(new RangeError("gone")),
  });
  const error = await assertRejects(
    () => loadPlugin(SHOUT, { stdin: failing }),
    PluginLoadError,
    "Cannot read the plugin's stdin: gone",
  );
  assertEquals((error.cause as Error).name, "RangeError");
  const locked = new ReadableStream<Uint8Array>();
  using _reader = Object.assign(locked.getReader(), {
    [Symbol.dispose](): void {},
  });
  await assertRejects(
    () => loadPlugin(SHOUT, { stdin: locked }),
    PluginLoadError,
    "Cannot read the plugin's stdin: ",
  );
});

Deno.test("a call answers when a Web stream has taken its output", async () => {
  const taken: string[] = [];
  const stdout = new WritableStream<Uint8Array>({
    async write(chunk) {
      await new Promise((resolve) => queueMicrotask(() => resolve(0)));
      taken.push(new TextDecoder().decode(chunk));
    },
  });
  {
    await using plugin = await loadPlugin(SHOUT, { stdout });
    await plugin.run("one");
    assertEquals(taken.join(""), "ONE\n");
    await assertRejects(() => plugin.run("fail"), PythonError);
    assertEquals(taken.join(""), "ONE\nFAIL\n");
    assertEquals(stdout.locked, true);
  }
  assertEquals(stdout.locked, false);
  await stdout.close();
});

Deno.test("a Web stream that fails rejects the call, and then breaks the pipe", async () => {
  const stdout = new WritableStream<Uint8Array>({
    write: () => Promise.reject(new RangeError("full")),
  });
  await using plugin = await loadPlugin(SHOUT, { stdout });
  await assertRejects(() => plugin.run("x"), RangeError, "full");
  const broken = await assertRejects(() => plugin.run("y"), PythonError);
  assertEquals(broken.type, "BrokenPipeError");
});

Deno.test("a script's Web stream is given back, also when it does not start", async () => {
  const out = new Collected();
  const stdout = collecting(out);
  await assertRejects(
    () => runScript({ source: "print(" }, { stdout, stderr: stdout }),
    PythonError,
  );
  assertEquals(stdout.locked, false);
  const source = "import sys; print('out'); sys.exit('err')";
  assertEquals(await runScript({ source }, { stdout, stderr: stdout }), 1);
  assertEquals(out.text.split("\n").sort(), ["", "err", "out"]);
  await stdout.close();
});

Deno.test({
  name: "what a plugin leaves open is closed with it",
  sanitizeResources: true, // a file that stays open fails the test
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/a.txt`;
    await Deno.writeTextFile(path, "a");
    const opens = python("pass", `kept = open(${JSON.stringify(path)})`);
    const grants = { read: [folder] };
    const plugin = await loadPlugin(opens, { grants });
    await plugin.close();
    const fails = { source: `${opens.source}raise ValueError` };
    await assertRejects(() => loadPlugin(fails, { grants }), PythonError);
    await Deno.remove(folder, { recursive: true });
  },
});
