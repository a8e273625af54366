import { assertEquals } from "@std/assert";
import { MemoryDirectory, MemoryFile } from "../../../src/wasi/mod.ts";
import { Guest } from "../guest.ts";

Deno.test("sock_*() find no socket among streams, files and directories", () => {
  const guest = new Guest({
    preopens: { "/": new MemoryDirectory().set("a", new MemoryFile()) },
  });
  for (const fd of [0, 3, guest.open("a")]) {
    assertEquals(guest.call("sock_accept", fd, 0, 0), "NOTSOCK");
    assertEquals(guest.call("sock_recv", fd, 0, 0, 0, 0, 0), "NOTSOCK");
    assertEquals(guest.call("sock_send", fd, 0, 0, 0, 0), "NOTSOCK");
    assertEquals(guest.call("sock_shutdown", fd, 3), "NOTSOCK");
  }
});

Deno.test("sock_*() refuse flags that are none", () => {
  const guest = new Guest();
  assertEquals(guest.call("sock_accept", 0, 32, 0), "INVAL");
  assertEquals(guest.call("sock_shutdown", 0, 0), "INVAL");
  assertEquals(guest.call("sock_shutdown", 0, 4), "INVAL");
});
