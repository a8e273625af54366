import { assert } from "@std/assert";

const PROGRAM = new URL("../fixtures/cycles_program.ts", import.meta.url);

/** What a process has that opens and closes plugins, early and at its end. */
async function resident(
  ...ways: string[]
): Promise<{ before: number; after: number }> {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", PROGRAM.href, ...ways],
    stderr: "inherit",
  }).output();
  assert(success);
  return JSON.parse(new TextDecoder().decode(stdout));
}

// Each guest is 10 MB: if a few of the hundreds stayed, it would be more.
for (
  const [what, ...ways] of [
    ["plugins that come and go", "open", "start", "reset"],
    ["plugins that grow, and those that crash,", "grow", "crash"],
  ] as const
) {
  Deno.test(`${what} leave the process no larger`, async () => {
    const { before, after } = await resident(...ways);
    assert(after < 1.35 * before, `${before} bytes have become ${after}`);
  });
}
