import { assert, assertEquals } from "@std/assert";
import {
  type GrantOptions,
  loadPlugin,
  runScript,
  type TraceEvent,
} from "../../mod.ts";
import { parseGrants } from "../../src/plugin/grants.ts";
import { currentHome } from "../../src/plugin/host_path.ts";
import { Tracer } from "../../src/plugin/trace.ts";
import { withFiles } from "../fixtures/files.ts";
import { python } from "../fixtures/python.ts";

/** What a script's refusals say, in order. */
async function refusals(
  script: string,
  grants: GrantOptions,
): Promise<string[]> {
  const told: string[] = [];
  const trace = (event: TraceEvent) => {
    if (event.event !== "refusal") return;
    const { need, path, by, flag = "-" } = event;
    told.push(`${need} ${path} ${by} ${flag}`);
  };
  const source = `import os
def tried(what):
    try: what()
    except OSError: pass
${script}`;
  assertEquals(await runScript({ source }, { grants, trace }), 0);
  return told;
}

Deno.test("a trace tells of grants, syscalls with their paths, and host calls", async () => {
  await withFiles({ "a.txt": "hello" }, async (dir) => {
    const events: TraceEvent[] = [];
    await using plugin = await loadPlugin(
      python("sdk.return_result(open(payload).read(), ident)"),
      {
        grants: { read: [dir], env: { KEY: "secret" } },
        trace: (event) => void events.push(event),
      },
    );
    await plugin.run(`${dir}/a.txt`);
    assertEquals(events.slice(0, 2), [
      { event: "grant", kind: "read", value: dir },
      { event: "grant", kind: "env", value: "KEY" },
    ]);
    const about = events.flatMap((event) =>
      event.event === "syscall" && event.paths.includes(`${dir}/a.txt`)
        ? [`${event.name} ${event.result}`]
        : []
    );
    assertEquals(about[0], "path_open SUCCESS");
    assert(about.includes("fd_read SUCCESS"));
    assertEquals(about.at(-1), "fd_close SUCCESS");
    const calls = events.filter(({ event }) => event === "host");
    assertEquals(calls.length, 1);
    assertEquals(calls[0]?.event === "host" && calls[0].name, "return_result");
  });
});

Deno.test("a refusal names the flag that would have allowed it", async () => {
  await withFiles({ "d/a.txt": "a", "d/secret/k": "k" }, async (dir) => {
    const script = `
os.chdir("${dir}/d")
tried(lambda: open("/etc/passwd"))
tried(lambda: open("a.txt", "w"))
tried(lambda: open("../a, b", "a"))
tried(lambda: os.stat("secret/k"))
tried(lambda: os.mkdir("/plugin/x"))
tried(lambda: open("/data/x", "w"))
tried(lambda: os.rename("a.txt", "b.txt"))
tried(lambda: os.listdir("/home"))
open("a.txt").close(); tried(lambda: open("missing")); os.stat("..")`;
    const grants = {
      read: [`${dir}/d`],
      denyRead: [`${dir}/d/secret`],
      mounts: [{ host: `${dir}/d`, guest: "/data", readOnly: true }],
    };
    assertEquals(await refusals(script, grants), [
      "read /etc/passwd grant --allow-read=/etc/passwd",
      `write ${dir}/d/a.txt grant --allow-write=${dir}/d/a.txt`,
      `write ${dir}/a, b grant '--allow-write=${dir}/a,, b'`,
      `read ${dir}/d/secret/k denial -`,
      "write /plugin/x own -",
      `write /data/x grant --mount=${dir}/d:/data`,
      `write ${dir}/d/a.txt grant --allow-write=${dir}/d/a.txt`,
      `write ${dir}/d/b.txt grant --allow-write=${dir}/d/b.txt`,
      "read /home grant --allow-read=/home",
    ]);
  });
});

Deno.test("scratch files want --tmp, and a link that leads out is told apart", async () => {
  await withFiles({ "d/a.txt": "a" }, async (dir) => {
    await Deno.symlink("/etc/passwd", `${dir}/d/link`);
    assertEquals(await refusals(`tried(lambda: open("/tmp/x", "w"))`, {}), [
      "write /tmp/x grant --tmp",
    ]);
    const script = `tried(lambda: open("${dir}/d/link"))`;
    assertEquals(await refusals(script, { read: [dir] }), [
      `read ${dir}/d/link link -`,
    ]);
  });
});

Deno.test("a relative path is meant where the user is, there or not yet", async () => {
  const script = `tried(lambda: open("plugins/reverse/plugin.py"))
tried(lambda: open("etc/passwd")); tried(lambda: open("nowhere/x"))
tried(lambda: open("report.html", "w")); tried(lambda: os.makedirs("new/dir"))
tried(lambda: open("tests/new.txt", "w"))`;
  assertEquals(await refusals(script, {}), [
    "read /plugins/reverse/plugin.py grant --allow-read=plugins/reverse/plugin.py",
    "read /etc/passwd grant --allow-read=/etc/passwd",
    "read /nowhere/x grant --allow-read=nowhere/x",
    "write /report.html grant --allow-write=report.html",
    "read /new grant --allow-read=new",
    "write /new grant --allow-write=new",
    "write /tests/new.txt grant --allow-write=tests/new.txt",
  ]);
  // A denial of the place that is meant is the reason, whatever the name.
  const write = `tried(lambda: open("report.html", "w"))`;
  assertEquals(await refusals(write, { denyWrite: ["report.html"] }), [
    "write /report.html denial -",
  ]);
});

Deno.test("from the user's working directory an absolute path is what it says", async () => {
  const script = `tried(lambda: open("/report.html", "w"))
tried(lambda: open("report.html", "w"))`;
  assertEquals(await refusals(script, { read: ["."] }), [
    "write /report.html grant --allow-write=/report.html",
    `write ${Deno.cwd()}/report.html grant --allow-write=report.html`,
  ]);
});

Deno.test("an untroubled run has no refusals", async () => {
  const script = "import json, asyncio, sqlite3; print(end='')";
  assertEquals(await refusals(script, {}), []);
});

Deno.test("a call of SE2 that fails is told by the error's name alone", () => {
  const events: TraceEvent[] = [];
  const grants = parseGrants({}, currentHome());
  const tracer = new Tracer((event) => void events.push(event), grants);
  const calls = tracer.hostCalls({
    fails: () => {
      throw new RangeError("secret");
    },
    works: () => 1,
  });
  for (const name of ["fails", "works"]) {
    try {
      (calls[name] as CallableFunction)(7);
    } catch (error) {
      assert(error instanceof RangeError);
    }
  }
  const told = events.map((event) =>
    event.event === "host" && [event.name, event.args, event.error]
  );
  assertEquals(told, [["fails", [7], "RangeError"], ["works", [7], undefined]]);
});
