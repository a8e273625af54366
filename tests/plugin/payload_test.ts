import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { loadPlugin, PythonError } from "../../mod.ts";
import { python } from "../fixtures/python.ts";

const ECHO = python("sdk.return_result(payload, ident)");
const ECHO_BYTES = {
  source: "import sdk\n" +
    "def run_e(payload: bytes, ident: int) -> None:\n" +
    "    assert type(payload) is bytes\n" +
    "    sdk.return_result(payload, ident)\n",
};

Deno.test("run() carries text of every kind unchanged", async () => {
  await using plugin = await loadPlugin(ECHO);
  const payloads = [
    "",
    "a",
    "nul \0 inside",
    "\uFEFFbyte order mark",
    "emoji 👩‍🚀 and 日本語",
    "\r\n\t",
  ];
  for (const payload of payloads) {
    assertEquals((await plugin.run(payload)).text(), payload);
  }
});

Deno.test("run() carries 16 MiB, while memory grows", async () => {
  await using plugin = await loadPlugin(ECHO);
  const payload = "0123456789abcdef".repeat(1024 * 1024);
  assertEquals((await plugin.run(payload)).text() === payload, true);
  await using bytes = await loadPlugin(ECHO_BYTES);
  const data = new Uint8Array(16 * 1024 * 1024).map((_, i) => i * 31);
  assertEquals((await bytes.run(data)).bytes(), data);
});

Deno.test("a plugin that annotates bytes gets bytes", async () => {
  await using plugin = await loadPlugin(ECHO_BYTES);
  const data = new Uint8Array([0xff, 0, 0xfe, 0x80]);
  assertEquals((await plugin.run(data)).bytes(), data);
  assertEquals((await plugin.run("text")).text(), "text");
  await using future = await loadPlugin({
    source: `from __future__ import annotations\n${ECHO_BYTES.source}`,
  });
  assertEquals((await future.run(data)).bytes(), data);
});

Deno.test("bytes arrive through decorators, partials, methods, classes and objects", async () => {
  const forms: Record<string, string> = {
    "a decorator": `
def logged(f):
    @functools.wraps(f)
    def inner(*args): return f(*args)
    return inner
@logged
@logged
def run_e(payload: bytes, ident): answer(payload, ident)`,
    "a partial": `
def f(more, payload: bytes, ident): answer(payload, ident)
run_e = functools.partial(f, 1)`,
    "a method": `
class C:
    def m(self, payload: bytes, ident): answer(payload, ident)
run_e = C().m`,
    "a callable object": `
class C:
    def __call__(self, payload: bytes, ident): answer(payload, ident)
run_e = C()`,
    "a class": `
class run_e:
    def __init__(self, payload: bytes, ident): answer(payload, ident)`,
    "a cached function": `
@functools.lru_cache
def run_e(payload: bytes, ident): answer(payload, ident)`,
    "a static method": `
class C:
    @staticmethod
    def m(payload: bytes, ident): answer(payload, ident)
run_e = C.m`,
  };
  const data = new Uint8Array([0xff, 1]);
  for (const [form, source] of Object.entries(forms)) {
    await using plugin = await loadPlugin({
      source: `import functools, sdk\ndef answer(payload, ident):\n` +
        `    assert type(payload) is bytes\n` +
        `    sdk.return_result(payload, ident)\n${source}\n`,
    });
    assertEquals((await plugin.run(data)).bytes(), data, form);
  }
});

Deno.test("an annotation that cannot be evaluated is no obstacle", async () => {
  await using plugin = await loadPlugin({
    source: "import sdk\ndef run_e(payload: bytes, ident: Missing):\n" +
      "    sdk.return_result(payload, ident)",
  });
  const data = new Uint8Array([0xff]);
  assertEquals((await plugin.run(data)).bytes(), data);
});

Deno.test("bytes that are not UTF-8 are an error with code 400", async () => {
  await using plugin = await loadPlugin(ECHO);
  const error = await assertRejects(
    () => plugin.run(new Uint8Array([0x61, 0xff, 0x62])),
    PythonError,
  );
  assertEquals([error.code, error.type], [400, "UnicodeDecodeError"]);
  assertStringIncludes(error.message, "position 1");
  assertStringIncludes(error.message, "annotate `payload: bytes`");
  assertEquals((await plugin.run("fine")).text(), "fine");
});

Deno.test("text with a lone surrogate is refused before the call", async () => {
  await using plugin = await loadPlugin(ECHO);
  await assertRejects(
    () => plugin.run("ab\uD800c"),
    TypeError,
    "lone surrogate at index 2",
  );
});

Deno.test("a payload that is neither text nor bytes is refused", async () => {
  await using plugin = await loadPlugin(ECHO_BYTES);
  const wrong = [new ArrayBuffer(3), 42, null, new Uint16Array([300]), {}];
  for (const payload of wrong) {
    await assertRejects(
      () => plugin.run(payload as Uint8Array),
      TypeError,
      "it must be a string or a Uint8Array, not ",
    );
  }
});

Deno.test("a result that is not UTF-8 has bytes but no text", async () => {
  await using plugin = await loadPlugin(
    python(String.raw`sdk.return_result(b"\xff{}", ident)`),
  );
  const result = await plugin.run();
  assertEquals(result.bytes(), new Uint8Array([0xff, 0x7b, 0x7d]));
  assertThrows(() => result.text(), TypeError);
  assertThrows(() => result.json(), TypeError);
});

Deno.test("a result is the caller's own copy", async () => {
  await using plugin = await loadPlugin(ECHO);
  const first = await plugin.run("first");
  await plugin.run("second and longer");
  assertEquals(first.text(), "first");
});
