import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  loadPlugin,
  type LogEvent,
  ProtocolError,
  PythonError,
  ReturnedError,
} from "../../mod.ts";
import { python } from "../fixtures/python.ts";

Deno.test("sdk raises the right exception for a wrong argument", async () => {
  const wrong: [call: string, type: string, message: string][] = [
    [
      "return_result(bytearray(b'x'), ident)",
      "TypeError",
      "must be str or bytes, not bytearray",
    ],
    ["return_result(memoryview(b'x'), ident)", "TypeError", "not memoryview"],
    ["return_result(None, ident)", "TypeError", "not NoneType"],
    ["return_result('x', 'y')", "TypeError", "'ident' must be int, not str"],
    ["return_result('x', 1.0)", "TypeError", "not float"],
    ["return_result('x')", "TypeError", "takes exactly 2"],
    ["return_result('x', ident, 3)", "TypeError", "takes exactly 2"],
    ["return_result(result='x', ident=ident)", "TypeError", "keyword"],
    ["return_result('\\ud800', ident)", "UnicodeEncodeError", "surrogates"],
    ["return_result('x', 2**31)", "OverflowError", "32 bits"],
    ["return_result('x', -2**31 - 1)", "OverflowError", "32 bits"],
    ["return_result('x', 10**30)", "OverflowError", "32 bits"],
    ["return_error(2**31, 'x', ident)", "OverflowError", "'code'"],
    ["return_error('500', 'x', ident)", "TypeError", "'code' must be int"],
    ["return_error(500, 5, ident)", "TypeError", "'message' must be str"],
    ["return_error(500, '\\udfff', ident)", "UnicodeEncodeError", "surrogates"],
    ["log(9, 'x', ident)", "ValueError", "1 to 4"],
    ["log('info', 'x', ident)", "TypeError", "'level' must be int"],
    ["log(sdk.INFO, None, ident)", "TypeError", "'message'"],
  ];
  await using plugin = await loadPlugin(
    python("exec(f'sdk.{payload}', {'sdk': sdk, 'ident': ident})"),
  );
  for (const [call, type, message] of wrong) {
    const error = await assertRejects(() => plugin.run(call), PythonError);
    assertEquals(error.type, type, call);
    assertStringIncludes(error.message, message);
  }
});

Deno.test("sdk functions return None and do not stop the plugin", async () => {
  await using plugin = await loadPlugin(python(
    "state.append(sdk.return_result('x', ident))\nstate.append('went on')\n",
    "state = []",
  ));
  assertEquals((await plugin.run()).text(), "x");
  await using check = await loadPlugin(python(
    "sdk.return_result(repr([sdk.log(sdk.INFO, 'a', ident), sdk.__doc__.splitlines()[0]]), ident)",
  ));
  assertEquals(
    (await check.run()).text(),
    "[None, 'How a plugin answers its host.']",
  );
});

Deno.test("sdk functions have signatures and docs", async () => {
  await using plugin = await loadPlugin(python(
    "import inspect\nsdk.return_result(str(inspect.signature(getattr(sdk, payload))), ident)",
  ));
  assertEquals(
    (await plugin.run("return_result")).text(),
    "(result, ident, /)",
  );
  assertEquals(
    (await plugin.run("return_error")).text(),
    "(code, message, ident, /)",
  );
  assertEquals((await plugin.run("log")).text(), "(level, message, ident, /)");
});

Deno.test("return_error() rejects with its code and message", async () => {
  await using plugin = await loadPlugin(
    python("sdk.return_error(404, 'no such näme', ident)"),
  );
  const error = await assertRejects(() => plugin.run(), ReturnedError);
  assertEquals([error.code, error.message], [404, "no such näme"]);
});

Deno.test("a byte order mark stays in errors and in the log", async () => {
  const events: LogEvent[] = [];
  await using plugin = await loadPlugin(
    python(
      "sdk.log(sdk.INFO, '\\ufeffx', ident)\nsdk.return_error(400, '\\ufeffy', ident)",
    ),
    { log: (event) => events.push(event) },
  );
  const error = await assertRejects(() => plugin.run(), ReturnedError);
  assertEquals([error.message, events[0]?.message], ["\ufeffy", "\ufeffx"]);
});

Deno.test("an exception after return_error() is its cause", async () => {
  await using plugin = await loadPlugin(
    python("sdk.return_error(404, 'gone', ident)\nraise KeyError('k')"),
  );
  const error = await assertRejects(() => plugin.run(), ReturnedError);
  assertEquals(
    error.cause instanceof PythonError && error.cause.type,
    "KeyError",
  );
});

Deno.test("an exception after return_result() is the outcome", async () => {
  await using plugin = await loadPlugin(
    python("sdk.return_result('x', ident)\nraise KeyError('k')"),
  );
  await assertRejects(() => plugin.run(), PythonError);
});

Deno.test("two results, a wrong ident and an answer while loading are errors", async () => {
  await using two = await loadPlugin(
    python("sdk.return_result('x', ident)\nsdk.return_result('y', ident)"),
  );
  await assertRejects(() => two.run(), ProtocolError, "two results");
  await using other = await loadPlugin(
    python("sdk.return_result('x', ident ^ 1)"),
  );
  await assertRejects(() => other.run(), ProtocolError, "with ident");
  for (const ident of [7, -1, 0]) {
    await assertRejects(
      () => loadPlugin(python("pass", `sdk.return_result('x', ${ident})`)),
      ProtocolError,
      "outside of any call",
    );
  }
});

Deno.test("sdk.log() reaches the host from the level that was asked for", async () => {
  const events: LogEvent[] = [];
  await using plugin = await loadPlugin(
    python(
      "for level in (sdk.ERROR, sdk.WARN, sdk.INFO, sdk.DEBUG):\n    sdk.log(level, f'n{level}', ident)",
    ),
    { log: (event) => events.push(event) },
  );
  await plugin.run();
  assertEquals(
    events.map((
      { layer, file, level, message },
    ) => [layer, file, level, message]),
    [
      ["plugin", "plugin.py", "error", "n1"],
      ["plugin", "plugin.py", "warn", "n2"],
      ["plugin", "plugin.py", "info", "n3"],
    ],
  );
});
