import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { loadPlugin, PythonError, runScript } from "../../mod.ts";
import { Collected, python } from "../fixtures/python.ts";

/** What `stdlib_imports.py` is expected to print; UPDATE=1 rewrites it. */
const IMPORTS = new URL("stdlib_imports.json", import.meta.url);

/** Their aliases are known everywhere; what they say is CPython's on Linux. */
const ONLY_ON_WINDOWS = new Set(["encodings.mbcs", "encodings.oem"]);

Deno.test("every module of the standard library imports, or says why not", async () => {
  const out = new Collected();
  const script = new URL("stdlib_imports.py", import.meta.url);
  assertEquals(
    await runScript(script, { stdout: out.sink, stderr: "null" }),
    0,
  );
  const outcomes: Record<string, string> = JSON.parse(out.text);
  for (const [name, outcome] of Object.entries(outcomes)) {
    if (outcome === "ok" || ONLY_ON_WINDOWS.has(name)) continue;
    assertStringIncludes(outcome, " is not available in py-plugin: ", name);
  }
  const { state } = await Deno.permissions.query({
    name: "env",
    variable: "UPDATE",
  });
  if (state === "granted" && Deno.env.get("UPDATE") === "1") {
    await Deno.writeTextFile(IMPORTS, JSON.stringify(outcomes, null, 2) + "\n");
  }
  assertEquals(outcomes, JSON.parse(await Deno.readTextFile(IMPORTS)));
});

Deno.test("find_spec() tells that a module is absent, as for any that is not there", async () => {
  await assertExpressions(
    "import importlib.util, pkgutil, sys\ndef refused(name):\n    try: __import__(name)\n    except ModuleNotFoundError as error: return str(error)",
    {
      "importlib.util.find_spec('ssl')": "None",
      "importlib.util.find_spec('no_such_module')": "None",
      "pkgutil.resolve_name('json:loads').__name__": "'loads'",
      "refused('ssl')[:16]": "'ssl is not avail'",
      "[finder.__module__ for finder in sys.meta_path][-1]": "'_plug'",
    },
  );
});

/** Run each expression in one plugin and compare its `repr`. */
async function assertExpressions(
  imports: string,
  expected: Readonly<Record<string, string>>,
): Promise<void> {
  await using plugin = await loadPlugin(
    python("sdk.return_result(repr(eval(payload)), ident)", imports),
  );
  for (const [expression, result] of Object.entries(expected)) {
    assertEquals((await plugin.run(expression)).text(), result, expression);
  }
}

Deno.test("compression works both ways: zlib, bz2, lzma, zstd", async () => {
  await assertExpressions(
    "import zlib, bz2, lzma, io\nfrom compression import zstd\nDATA = bytes(range(256)) * 1000",
    {
      "zlib.decompress(zlib.compress(DATA, 9)) == DATA": "True",
      "bz2.decompress(bz2.compress(DATA)) == DATA": "True",
      "lzma.decompress(lzma.compress(DATA)) == DATA": "True",
      "zstd.decompress(zstd.compress(DATA)) == DATA": "True",
      "len(lzma.compress(DATA)) < 2000": "True",
    },
  );
});

Deno.test("sqlite3 has full-text search, math and rtree", async () => {
  await assertExpressions(
    "import sqlite3\ndb = sqlite3.connect(':memory:')\ndef q(sql): return db.execute(sql).fetchall()",
    {
      "q('SELECT sqlite_version()')": "[('3.53.4',)]",
      "q('CREATE VIRTUAL TABLE t USING fts5(x)'), q(\"INSERT INTO t VALUES ('a quick fox')\") and 0, q(\"SELECT x FROM t WHERE t MATCH 'quick'\")":
        "([], [], [('a quick fox',)])",
      "q('SELECT round(sqrt(2), 3), pi() > 3')": "[(1.414, 1)]",
      "q('CREATE VIRTUAL TABLE r USING rtree(id, a, b)'), q('INSERT INTO r VALUES (1, 0, 5)') and 0, q('SELECT id FROM r WHERE a < 3')":
        "([], [], [(1,)])",
    },
  );
});

Deno.test("hashes, codecs, decimals, XML and Unicode data are the real ones", async () => {
  await assertExpressions(
    "import hashlib, hmac, decimal, unicodedata, _decimal, xml.etree.ElementTree as ET, xml.parsers.expat as expat",
    {
      "hashlib.sha256(b'abc').hexdigest()[:16]": "'ba7816bf8f01cfea'",
      "hashlib.blake2b(b'abc').hexdigest()[:16]": "'ba80a53f981c4d0d'",
      "hashlib.sha3_256(b'abc').hexdigest()[:16]": "'3a985da74fe225b2'",
      "hmac.new(b'k', b'm', 'sha256').hexdigest()[:16]": "'b60090e3052297ae'",
      "hashlib.md5(b'').hexdigest()": "'d41d8cd98f00b204e9800998ecf8427e'",
      "'日本語'.encode('shift_jis').hex()": "'93fa967b8cea'",
      "'中文'.encode('gb18030').decode('gb18030')": "'中文'",
      "unicodedata.name('€')": "'EURO SIGN'",
      "decimal.Decimal is _decimal.Decimal, decimal.Decimal(2).sqrt()":
        "(True, Decimal('1.414213562373095048801688724'))",
      "ET.fromstring('<a><b>x</b></a>')[0].text": "'x'",
      "expat.EXPAT_VERSION[:6]": "'expat_'",
    },
  );
});

Deno.test("the standard library behaves like a directory with sources", async () => {
  await assertExpressions(
    "import os, inspect, json, textwrap, importlib.resources, linecache, sys",
    {
      "'decoder.py' in os.listdir('/python/lib/python3.14/json')": "True",
      "os.path.isdir('/python/lib/python3.14/encodings')": "True",
      "inspect.getsource(json.loads).splitlines()[0][:10]": "'def loads('",
      "inspect.getsource(textwrap.dedent)[:10]": "'def dedent'",
      "inspect.getsourcefile(os)": "'/python/lib/python3.14/os.py'",
      "linecache.getline(json.__file__, 1)[:2]": "'r\"'",
      "importlib.resources.files('json').joinpath('tool.py').is_file()": "True",
      "sum(len(f) for _, _, f in os.walk('/python/lib/python3.14')) > 900":
        "True",
      "sys.prefix, sys.version_info[:3], sys.platform":
        "('/python', (3, 14, 7), 'wasi')",
    },
  );
});

Deno.test("help(), exit() and the sysconfig module work", async () => {
  await assertExpressions("import sysconfig, platform, pydoc", {
    "sysconfig.get_config_var('VERSION')": "'3.14'",
    "sysconfig.get_path('stdlib')": "'/python/lib/python3.14'",
    "callable(exit), callable(quit), callable(help)": "(True, True, True)",
    "'return_result' in pydoc.plain(pydoc.render_doc('sdk'))": "True",
    "platform.python_version()": "'3.14.7'",
  });
});

Deno.test("what is absent says why in one sentence, from the plugin's own line", async () => {
  const refusals: [statement: string, type: string, sentence: string][] = [
    [
      "import ssl",
      "ModuleNotFoundError",
      "ssl is not available in py-plugin: plugins have no sockets and no OpenSSL; let the host make the request",
    ],
    [
      "import ctypes.util",
      "ModuleNotFoundError",
      "ctypes is not available in py-plugin: plugins cannot load native code; use struct, memoryview or a host function",
    ],
    [
      "import threading; threading.Thread(target=print).start()",
      "RuntimeError",
      "threads are not available in py-plugin: an instance has one thread; use asyncio, or let the host open several plugins",
    ],
    [
      "import _thread; _thread.start_new_thread(print, ())",
      "RuntimeError",
      "threads are not available in py-plugin: an instance has one thread; use asyncio, or let the host open several plugins",
    ],
    [
      "import subprocess; subprocess.run(['ls'])",
      "OSError",
      "[Errno 58] processes are not available in py-plugin: a plugin cannot start processes; let the host run the program",
    ],
    [
      "import os; os.system('ls')",
      "OSError",
      "[Errno 58] processes are not available in py-plugin: a plugin cannot start processes; let the host run the program",
    ],
    [
      "import socket; socket.create_connection(('localhost', 80))",
      "OSError",
      "[Errno 58] sockets are not available in py-plugin: a plugin has no network; let the host make the request",
    ],
    [
      "import socket; socket.socket()",
      "OSError",
      "[Errno 58] sockets are not available in py-plugin: a plugin has no network; let the host make the request",
    ],
    [
      "import urllib.request; urllib.request.urlopen('http://localhost/')",
      "urllib.error.URLError",
      "<urlopen error [Errno 58] sockets are not available in py-plugin: a plugin has no network; let the host make the request>",
    ],
  ];
  await using plugin = await loadPlugin(
    python("exec(compile(payload, '/plugin/job.py', 'exec'))"),
  );
  for (const [statement, type, sentence] of refusals) {
    const error = await assertRejects(() => plugin.run(statement), PythonError);
    assertEquals([error.type, error.message], [type, sentence]);
    if (type !== "urllib.error.URLError") {
      assertEquals(
        error.traceback.includes("/python/lib/python3.14/"),
        false,
        error.traceback,
      );
    }
    assertEquals(error.frames.at(-1)?.file, "/plugin/job.py");
  }
});

Deno.test("a library that tries an absent module goes on without it", async () => {
  await assertExpressions(
    "try:\n    import ssl\nexcept ImportError:\n    ssl = None\nimport urllib.request, uuid, dbm, getpass",
    { "ssl": "None", "uuid.uuid4().version": "4" },
  );
});

Deno.test("asyncio runs in a plugin: sleep, gather, timeout, queues, tasks", async () => {
  await using plugin = await loadPlugin(python(
    "sdk.return_result(repr(asyncio.run(main())), ident)",
    `import asyncio
async def double(x):
    await asyncio.sleep(0.001)
    return 2 * x
async def main():
    queue = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        group.create_task(queue.put(1))
        task = group.create_task(queue.get())
    try:
        async with asyncio.timeout(0.001):
            await asyncio.sleep(10)
    except TimeoutError:
        late = True
    return await asyncio.gather(double(1), double(2)), task.result(), late
`,
  ));
  for (let i = 0; i < 2; i++) {
    assertEquals((await plugin.run()).text(), "([2, 4], 1, True)");
  }
});
