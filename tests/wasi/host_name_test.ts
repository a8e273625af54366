import { assertEquals } from "@std/assert";
import { isHostName, isSameName } from "../../src/wasi/host_name.ts";

Deno.test("isHostName() lets no name mean more than a name on Windows", () => {
  const special = ["..\\x", "a\\b", "C:", "C:x", "a:b", "a.", "a ", "x?", "*"];
  const devices = ["nul", "NUL.txt", "con", "Com1", "lpt9.a.b", "aux ", "COM²"];
  for (const name of [...special, ...devices, "a\x07b", "a|b", "<", ">", '"']) {
    assertEquals(isHostName(name, "windows"), false, name);
    assertEquals(isHostName(name, "linux"), true, name);
    assertEquals(isHostName(name, "darwin"), true, name);
  }
  for (
    const name of ["a", ".a", "a.b", "null", "console", "com", "com10", "é"]
  ) {
    assertEquals(isHostName(name, "windows"), true, name);
  }
});

Deno.test("isSameName() folds case and Unicode where the host may", () => {
  const pairs = [["KEY", "key"], ["é", "e\u0301"], ["ﬁ", "fi"], ["ß", "SS"]];
  for (const [one = "", other = ""] of pairs) {
    assertEquals(isSameName(one, other, "darwin"), true, one);
    assertEquals(isSameName(one, other, "windows"), true, one);
    assertEquals(isSameName(one, other, "linux"), false, one);
  }
  assertEquals(isSameName("C:\\a\\b", "C:\\a/B", "windows"), true);
  assertEquals(isSameName("a\\b", "a/b", "darwin"), false);
  assertEquals(isSameName("key", "keys", "windows"), false);
});
