import { assertEquals } from "@std/assert";
import { loadPlugin, runScript } from "../../mod.ts";

/** SQLite is in the rest of the code: hardly any start needs it. */
const SOURCE = `
import sqlite3

def rows(count):
    with sqlite3.connect(":memory:") as db:
        db.execute("create table t (n)")
        db.executemany("insert into t values (?)", ((n,) for n in range(count)))
        return db.execute("select sum(n) from t").fetchone()[0]
`;

Deno.test("code that few plugins need is there without being waited for", async () => {
  await using plugin = await loadPlugin({ source: SOURCE });
  assertEquals(plugin.callSync("rows", [4]), 6);
  assertEquals(await plugin.call("rows", [5]), 10);
});

Deno.test("a late plugin waits for it in the middle of what it does", async () => {
  const lines: string[] = [];
  const status = await runScript({ source: SOURCE + "\nprint(rows(5))" }, {
    late: true,
    stdout: (chunk) => void lines.push(new TextDecoder().decode(chunk)),
  });
  assertEquals([status, lines.join("")], [0, "10\n"]);
});

Deno.test("two late plugins need it at the same time", async () => {
  const source = SOURCE.replace("import sqlite3\n", "") +
    "\ndef late_rows(count):\n    global sqlite3\n    import sqlite3\n    return rows(count)\n";
  await using one = await loadPlugin({ source }, { late: true });
  await using other = await loadPlugin({ source }, { late: true });
  const sums = [one, other].map((each) => each.call("late_rows", [4]));
  assertEquals(await Promise.all(sums), [6, 6]);
});
