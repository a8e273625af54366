import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseServe } from "../../src/cli/serve_args.ts";
import { program } from "../fixtures/program.ts";
import { Server } from "../soak/server.ts";

Deno.test("serve answers, and SIGTERM loses nothing that was accepted", {
  ignore: Deno.build.os === "windows", // it has no SIGTERM
}, async () => {
  const server = await Server.start(["--pool=1", "tests/soak/plugin.py"]);
  const run = await fetch(`${server.url}/run`, { method: "POST", body: "abc" });
  assertEquals(await run.text(), "cba");
  const calls = ["1", "2", "3"].map((text) =>
    fetch(`${server.url}/call/slow`, {
      method: "POST",
      body: JSON.stringify([text]),
      headers: { "content-type": "application/json" },
    })
  );
  // One answer says that the others are there as well, or soon.
  const [first] = await Promise.all(calls.slice(0, 1));
  assertEquals(await first?.json(), "1");
  server.terminate();
  assertEquals(await server.ended(), 0);
  for (const call of calls.slice(1)) {
    const answer = await call.catch(() => undefined);
    await answer?.body?.cancel();
  }
  const end = server.log.find(({ closed }) => closed === true);
  assertEquals(end?.["accepted"], end?.["answered"]);
});

Deno.test("serve says what is wrong with its words", () => {
  const reason = (words: string) => {
    const command = parseServe(words.split(" ").filter(Boolean));
    return command.kind === "wrong" ? command.reason : command.kind;
  };
  assertEquals(reason(""), "serve needs a PLUGIN");
  assertEquals(reason("--prot=1 p.py"), "unknown flag --prot=1");
  assertEquals(
    reason("--port=70000 p.py"),
    '--port takes a number from 0 to 65535, not "70000"',
  );
  assertEquals(
    reason("--pool=0 p.py"),
    '--pool takes a whole number from 1 on, not "0"',
  );
  assertStringIncludes(reason("--max-body=much p.py"), "--max-body takes");
  assertStringIncludes(reason("--timeout=soon p.py"), "--timeout takes");
  assertStringIncludes(reason("--log=all p.py"), "--log takes error");
  assertEquals(reason("--help"), "help");
});

Deno.test("serve takes its flags, and all of those for grants and limits", () => {
  const command = parseServe(
    ["--port=0", "--pool=3", "--allow-read=data", "--timeout=2s", "p.py", "x"],
  );
  if (command.kind !== "serve") throw new Error(command.kind);
  assertEquals(command.plugin, "p.py");
  assertEquals(command.args, ["x"]);
  assertEquals([command.port, command.size], [0, 3]);
  assertEquals(command.grants, { read: ["data"] });
  assertEquals(command.limits, { time: 2000 });
  const usual = parseServe(["p.py"]);
  assertEquals(usual.kind === "serve" && usual.limits, { time: 30_000 });
  assertEquals(usual.kind === "serve" && usual.host, "127.0.0.1");
});

Deno.test("serve tells about itself, and about a plugin that is not there", async () => {
  const help = await program(["serve", "--help"]);
  assertStringIncludes(help.stdout, "POST /call/NAME");
  const missing = await program(["serve", "--pool=1", "no-such.py"]);
  assertEquals(missing.status, 2);
  assertStringIncludes(missing.stderr, "no-such.py");
});
