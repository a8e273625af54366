import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  createPool,
  type HandlerOptions,
  LimitError,
  type Pool,
  poolHandler,
  type ServedRequest,
} from "../../../mod.ts";
import { decodeData, encodeData } from "../../../src/bridge/data.ts";
import { FakePool, settled } from "../pool/fake_pool.ts";

const SOURCE = `
import json, os, sdk
from datetime import date
from decimal import Decimal

def run_e(payload, ident):
    if payload == "teapot": sdk.return_error(418, "short and stout", ident)
    elif payload == "odd": sdk.return_error(7, "no status", ident)
    elif payload == "bytes": sdk.return_result(b"\\xff", ident)
    elif payload != "nothing": sdk.return_result(payload[::-1], ident)

def add(a, b=0): return a + b
def show(x): return x
def all_kinds():
    return [2**70, b"abc", {1, 2}, {1: "one"}, date(2026, 1, 31), Decimal("1.50")]
def inject(): raise ValueError("a\\r\\nset-cookie: x")
def gen(): return [i for i in range(3)], (i for i in range(3))
def leave(): os._exit(3)
def loop():
    while True: pass
async def later(n): return n
def misled(): return add()
def endless():
    items = []
    items.append(items)
    return items
def _private(): return 1
`;

/** One pool for all steps: each of them is a matter of milliseconds. */
async function opened(): Promise<Pool> {
  return await createPool({ source: SOURCE }, {
    size: 1,
  });
}

interface Asked {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

Deno.test("a plugin behind HTTP", async (t) => {
  await using pool = await opened();
  const log: ServedRequest[] = [];
  const options: HandlerOptions = {
    maxBody: 10_000,
    log: (request) => void log.push(request),
  };
  const handler = await poolHandler(pool, options);
  const ask = async (path: string, init: RequestInit = {}): Promise<Asked> => {
    const answer = await handler(new Request(`http://localhost${path}`, init));
    const { status, headers } = answer;
    return { status, headers, text: await answer.text() };
  };
  const post = (path: string, body: BodyInit = "", headers = {}) =>
    ask(path, { method: "POST", body, headers });
  const json = (path: string, body: string, headers = {}) =>
    post(path, body, { "content-type": "application/json", ...headers });

  await t.step(
    "/run gives the body to run_e, and answers with its result",
    async () => {
      const { status, text, headers } = await post("/run", "Hello");
      assertEquals([status, text], [200, "olleH"]);
      assertEquals(headers.get("content-type"), "text/plain; charset=utf-8");
      assertEquals(headers.get("x-content-type-options"), "nosniff");
    },
  );

  await t.step(
    "a result that is no text is bytes, and none is no content",
    async () => {
      const { headers } = await post("/run", "bytes");
      assertEquals(headers.get("content-type"), "application/octet-stream");
      assertEquals((await post("/run", "nothing")).status, 204);
    },
  );

  await t.step("SE2's codes are statuses, if they are any", async () => {
    const { status, text } = await post("/run", "teapot");
    const { error } = JSON.parse(text);
    assertEquals([status, error.type], [418, "ReturnedError"]);
    assertEquals(error.message, "short and stout");
    assertEquals((await post("/run", "odd")).status, 500);
    assertEquals((await post("/run", new Uint8Array([0xff]))).status, 400);
  });

  await t.step("/call takes arguments as JSON, in either form", async () => {
    assertEquals((await json("/call/add", "[1, 2]")).text, "3");
    const both = '{"args": [1], "kwargs": {"b": 5}}';
    assertEquals((await json("/call/add", both)).text, "6");
    assertEquals((await json("/call/add", '{"arg": [1]}')).status, 400);
    assertEquals((await json("/call/add", "{")).status, 400);
    assertEquals((await json("/call/add", "3")).status, 400);
    assertEquals((await json("/call/add", '{"args": 1}')).status, 400);
  });

  await t.step(
    "arguments that do not fit are the client's fault, what a function makes of them is not",
    async () => {
      const unfit: Record<string, string[]> = {
        add: ["[]", "[1, 2, 3]", '{"kwargs": {"a": 1, "b": 2, "c": 3}}'],
        later: ["[1, 2]", '{"args": [1], "kwargs": {"n": 1}}'],
      };
      for (const [name, bodies] of Object.entries(unfit)) {
        for (const body of bodies) {
          const { status, text } = await json(`/call/${name}`, body);
          assertEquals(status, 400, body);
          assertEquals(JSON.parse(text).error.type, "TypeError");
        }
      }
      for (const [name, body] of [["add", '[1, "x"]'], ["misled", "[]"]]) {
        assertEquals(
          (await json(`/call/${name}`, body ?? "")).status,
          500,
          name,
        );
      }
      assertEquals((await json("/call/endless", "[]")).status, 500);
    },
  );

  await t.step("a result as JSON is what can be said of it", async () => {
    const { text } = await json("/call/all_kinds", "");
    assertEquals(
      text,
      '[1180591620717411303424,"YWJj",[1,2],[[1,"one"]],"2026-01-31","1.50"]',
    );
  });

  await t.step(
    "/call takes and gives CBOR, with all that it can say",
    async () => {
      const request = new Request("http://localhost/call/show", {
        method: "POST",
        body: encodeData([[2n ** 70n, new Uint8Array([1]), new Set([1])]]),
        headers: { "content-type": "application/cbor" },
      });
      const answer = await handler(request);
      assertEquals(answer.headers.get("content-type"), "application/cbor");
      assertEquals(decodeData(await answer.bytes()), [
        2n ** 70n,
        new Uint8Array([1]),
        new Set([1]),
      ]);
      const { headers } = await json("/call/show", "[1]", {
        accept: "application/cbor",
      });
      assertEquals(headers.get("content-type"), "application/cbor");
    },
  );

  await t.step(
    "CBOR that is none, or that names live objects, is refused",
    async () => {
      const cbor = { "content-type": "application/cbor" };
      for (
        const bytes of [
          [0xff],
          [0x81],
          [0x80, 0x00],
          [0x81, 0xda, 0x70, 0x79, 0x00, 0x03, 0x01], // a handle
          [0x81, 0xda, 0x70, 0x79, 0x00, 0x04, 0x01], // a host object
          [0x81, 0xda, 0x70, 0x79, 0x00, 0x07, 0x82, 0x00, 0x19, 0xff, 0xff],
          [0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
          Array(5000).fill(0x81),
        ]
      ) {
        const body = new Uint8Array(bytes);
        assertEquals((await post("/call/show", body, cbor)).status, 400);
      }
    },
  );

  await t.step(
    "only the module's own public functions can be called",
    async () => {
      for (
        const name of [
          "os.system",
          "json.dumps",
          "_private",
          "__import__",
          "run_e",
          "nothing",
          "Decimal",
          "add.__globals__",
          "%ff",
          "",
          "add%2F..%2Fleave",
        ]
      ) {
        assertEquals((await json(`/call/${name}`, "[]")).status, 404, name);
      }
    },
  );

  await t.step("__proto__ is a name like any other", async () => {
    const { text } = await json("/call/show", '[{"__proto__": {"a": 1}}]');
    assertEquals(text, '{"__proto__":{"a":1}}');
    const none = await json("/call/add", '{"__proto__": {"args": [1]}}');
    assertEquals(none.status, 400);
  });

  await t.step("what is nested too deep is refused", async () => {
    const deep = "[".repeat(4000) + "]".repeat(4000);
    assertEquals((await json("/call/show", deep)).status, 400);
  });

  await t.step("a body is as large as it may be, said or not", async () => {
    assertEquals((await post("/run", "x".repeat(10_001))).status, 413);
    const unsaid = ReadableStream.from([new Uint8Array(20_000)]);
    assertEquals((await post("/run", unsaid)).status, 413);
    assertEquals((await post("/run", "x".repeat(10_000))).status, 200);
  });

  await t.step(
    "an answer's headers are ours, whatever the plugin says",
    async () => {
      const { status, text, headers } = await json("/call/inject", "");
      assertEquals(status, 500);
      assertEquals(headers.get("set-cookie"), null);
      assertStringIncludes(text, "a\\r\\nset-cookie: x");
      assertEquals(text.includes("Traceback"), false);
    },
  );

  await t.step(
    "a client's id is kept when it is safe, and drawn otherwise",
    async () => {
      const kept = await post("/run", "x", { "x-request-id": "abc-1" });
      assertEquals(kept.headers.get("x-request-id"), "abc-1");
      const drawn = await post("/run", "x", { "x-request-id": 'a"{}' });
      assertMatch(drawn.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
      assertEquals(log.at(-2)?.id, "abc-1");
      assertEquals(log.at(-1)?.path, "/run");
    },
  );

  await t.step(
    "a result that is no data is an error, and is let go of",
    async () => {
      assertEquals((await json("/call/gen", "")).status, 500);
      assertEquals((await json("/call/add", "[1]")).text, "1");
    },
  );

  await t.step(
    "a crash is the plugin's, and the next call has another instance",
    async () => {
      assertEquals((await json("/call/leave", "")).status, 502);
      assertEquals((await json("/call/add", "[1]")).text, "1");
    },
  );

  await t.step("other methods and paths are refused", async () => {
    const get = await ask("/run");
    assertEquals([get.status, get.headers.get("allow")], [405, "POST"]);
    assertEquals((await post("/healthz")).status, 405);
    assertEquals((await ask("/")).status, 404);
    const odd = await post("/call/add", "[1]", { "content-type": "text/html" });
    assertEquals(odd.status, 415);
  });

  await t.step("a page of another site cannot call", async () => {
    for (
      const origin of ["https://example.com", "null", "http://localhost:1"]
    ) {
      assertEquals((await post("/run", "x", { origin })).status, 403);
    }
    const own = await post("/run", "x", { origin: "http://localhost" });
    assertEquals(own.status, 200);
  });

  await t.step("it tells of its health and its numbers", async () => {
    assertEquals((await ask("/healthz")).text, "ok\n");
    const { text, headers } = await ask("/metrics");
    assertStringIncludes(text, 'py_plugin_calls_total{outcome="crashed"} 1\n');
    assertStringIncludes(headers.get("content-type") ?? "", "version=0.0.4");
  });

  await t.step("when the pool is closed it says so", async () => {
    await pool.close();
    assertEquals((await post("/run", "x")).status, 503);
    assertEquals((await ask("/healthz")).status, 503);
  });
});

Deno.test("a call that takes too long, and one too many, are told as such", async () => {
  const fake = await FakePool.start({ size: 1, maxQueue: 0 });
  const handler = await poolHandler(fake.pool, { functions: ["loop"] });
  const ask = () =>
    handler(new Request("http://localhost/call/loop", { method: "POST" }));
  const slow = ask();
  await settled();
  const busy = await ask();
  assertEquals([busy.status, busy.headers.get("retry-after")], [503, "1"]);
  await fake.instance(0).fail(
    new LimitError({ limit: "time", value: 300, used: 301 }),
  );
  assertEquals((await slow).status, 504);
  await fake.pool.close();
});

Deno.test("an argument that check refuses is the client's fault, a result is not", async () => {
  const source = "def add(a: int, b: int) -> int: return a + b\n" +
    "def lies() -> int: return 'no'";
  await using pool = await createPool({ source }, { size: 1, check: true });
  const handler = await poolHandler(pool);
  const status = async (name: string, body: string) => {
    const headers = { "content-type": "application/json" };
    const url = `http://localhost/call/${name}`;
    const init = { method: "POST", body, headers };
    return (await handler(new Request(url, init))).status;
  };
  assertEquals(await status("add", "[1, 2]"), 200);
  assertEquals(await status("add", '[1, "x"]'), 400);
  assertEquals(await status("add", '{"kwargs": {"a": 1, "b": "x"}}'), 400);
  assertEquals(await status("lies", "[]"), 500);
});
