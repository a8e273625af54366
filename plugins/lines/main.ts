/**
 * A web server's log, streamed through Python without ever being whole.
 *
 * @module
 */

import { loadPlugin } from "@x/py-plugin";

/** A log of any length, in chunks that end anywhere. */
function log(): ReadableStream<Uint8Array> {
  let number = 0;
  return new ReadableStream({
    pull(controller) {
      const status = number % 3 === 2 ? 404 : 200;
      const line = `::1 - ann [23/Nov/2026:10:00:0${
        number % 10
      } +0000] "GET /${number++} HTTP/1.1" ${status} 12\n`;
      controller.enqueue(new TextEncoder().encode(line));
    },
  });
}

await using plugin = await loadPlugin(new URL("plugin.py", import.meta.url));
const records = await plugin.call<AsyncIterable<string>>("records", [log()], {
  kwargs: { status: 400 },
});
let count = 0;
for await (const record of records) {
  // deno-lint-ignore no-console -- an example shows what it does
  console.log(record);
  if (++count === 3) break; // which ends the generator, and the log
}
