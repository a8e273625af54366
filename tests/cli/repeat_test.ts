import { assertEquals, assertMatch } from "@std/assert";
import { withFile } from "../fixtures/files.ts";
import { program } from "../fixtures/program.ts";

const SOURCE = `import random, sys, tempfile, time, uuid
print(random.random(), uuid.uuid4(), {"a", "b", "c"}, time.time(), sys.argv)
`;

Deno.test("--seed and --now give the same output for the same input", async () => {
  await withFile("job.py", SOURCE, async (path) => {
    const words = ["--seed=7", "--now=2026-01-31T12:00:00Z", path, "x"];
    const one = await program(words);
    assertEquals(await program(words), one);
    assertMatch(one.stdout, / 1769860800\.\d+ \['/);
    const other = await program(["--seed=8", ...words.slice(1)]);
    assertEquals(other.stdout === one.stdout, false);
  });
});

Deno.test("--allow-env and --env pass variables, and nothing else does", async () => {
  const source = "import os; print(sorted(os.environ.items()))";
  const env = { CITY: "Oslo", ZOO_KEY: "k", ZOO_ID: "i", SECRET: "s" };
  await withFile("job.py", source, async (path) => {
    const seen = async (...flags: string[]) =>
      (await program([...flags, path], { env })).stdout.trim();
    assertEquals(await seen(), "[]");
    assertEquals(await seen("--allow-env=CITY,NOWHERE"), "[('CITY', 'Oslo')]");
    assertEquals(
      await seen("--allow-env=ZOO_*", "--env", "ZOO_ID=j", "--env=ZZ=1=2"),
      "[('ZOO_ID', 'j'), ('ZOO_KEY', 'k'), ('ZZ', '1=2')]",
    );
    assertMatch(await seen("--allow-env"), /\('SECRET', 's'\)/);
  });
});

Deno.test("a variable that Deno itself may not read is one clear error", async () => {
  await withFile("job.py", "print('ran')", async (path) => {
    const options = { permissions: [`--allow-read=${path}`] };
    const cases: Record<string, string> = {
      "--allow-env=CITY":
        'error: Cannot pass the environment variable "CITY": Deno does not allow it; run with deno run --allow-env=CITY\n',
      "--allow-env":
        "error: Cannot pass the environment: Deno does not allow it; run with deno run --allow-env\n",
    };
    for (const [flag, stderr] of Object.entries(cases)) {
      const run = await program([flag, path], options);
      assertEquals(run, { status: 2, stdout: "", stderr });
    }
    const set = await program(["--env=CITY=Oslo", path], options);
    assertEquals(set.stdout, "ran\n");
  });
});
