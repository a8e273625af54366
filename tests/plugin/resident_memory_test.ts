import { assert } from "@std/assert";

const PROGRAM = new URL("../fixtures/cycles_program.ts", import.meta.url);

/**
 * Less than three guests, of some 10 MB each. In 11 runs it was up to 10 MB, and
 * 107 when 100 kB of each guest were kept.
 */
const MOST_GROWTH = 24 * 1024 * 1024;

/** What a process has that opens and closes plugins, early and at its end. */
async function resident(
  cycles: number,
  ...ways: string[]
): Promise<{ before: number; after: number }> {
  const words = ["run", "--no-check", "-A", PROGRAM.href, `${cycles}`, ...ways];
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: words,
    stderr: "inherit",
  }).output();
  assert(success);
  return JSON.parse(new TextDecoder().decode(stdout));
}

for (
  const [what, cycles, ...ways] of [
    ["plugins that come and go", 1000, "open"],
    ["plugins, those of snapshots, and resets", 240, "open", "start", "reset"],
    ["plugins that grow, and those that crash,", 240, "grow", "crash"],
  ] as const
) {
  Deno.test(`${what} leave the process no larger`, async () => {
    const { before, after } = await resident(cycles, ...ways);
    const growth = after - before;
    assert(growth < MOST_GROWTH, `${before} bytes have become ${after}`);
  });
}
