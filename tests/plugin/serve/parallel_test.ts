import { assertEquals } from "@std/assert";
import { TextLineStream } from "../../soak/text_lines.ts";

Deno.test("a handler works under deno serve --parallel", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["serve", "--allow-all", "--parallel", "--host=127.0.0.1"],
      ...["--port=0", "tests/plugin/serve/parallel_server.ts"],
    ],
    cwd: new URL("../../../", import.meta.url),
    env: { "NO_COLOR": "1", "DENO_JOBS": "2" },
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const lines = child.stderr
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream())
    .getReader();
  let url: string | undefined;
  while (url === undefined) {
    const { done, value } = await lines.read();
    if (done) break;
    url = /Listening on (http:\S+?)\/?(?: |$)/.exec(value)?.[1];
  }
  for (const n of [1, 2, 3, 4]) {
    const answer = await fetch(`${url}/call/add`, {
      method: "POST",
      body: JSON.stringify([n, 1]),
      headers: { "content-type": "application/json" },
    });
    assertEquals(await answer.json(), n + 1);
  }
  child.kill("SIGKILL");
  await lines.cancel();
  await child.status;
});
