import { assert, assertEquals } from "@std/assert";

/** What a guest was told: the errno's name for each thing that it tried. */
type Answers = Record<string, string>;

interface Told {
  readonly before: Answers;
  readonly after: Answers;
  /** Who refused, and what was needed. */
  readonly by: readonly string[];
}

/**
 * Let a host take a permission away from itself.
 *
 * @param words What `revoking_host.ts` is told.
 * @param flags Deno's flags.
 * @param env Its variables.
 */
async function revoke(
  words: readonly (string | number)[],
  flags: readonly string[],
  env: Record<string, string> = {},
): Promise<Told> {
  const { pathname } = new URL("revoking_host.ts", import.meta.url);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...flags, pathname, ...words.map(String)],
    stdin: "null",
    env,
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert(text !== "", new TextDecoder().decode(stderr));
  return JSON.parse(text);
}

/** Under `--allow-all` files are reached in two more ways on Linux. */
const WAYS: [looks: number, ...flags: string[]][] = [
  [0, "--allow-read", "--allow-write"],
  [0, "--allow-all"],
  [200, "--allow-all"],
];

for (const [looks, ...flags] of WAYS) {
  const how = `${flags.join(" ")}, after ${looks} looks`;

  Deno.test(`what the host may not read any more is refused, there or not (${how})`, async () => {
    const { before, after, by } = await revoke([looks, "read"], flags);
    assertEquals(before["open there"], "SUCCESS");
    assertEquals(before["open absent"], "NOENT");
    assertEquals([after, by], [allRefused(after), ["deno read"]]);
  });

  Deno.test(`what the host may not write any more can still be read (${how})`, async () => {
    const { before, after, by } = await revoke([looks, "write"], flags);
    assertEquals(after, { ...before, make: "ACCES" });
    assertEquals(by, ["deno write"]);
  });
}

Deno.test("what the host may not do any more beside files changes nothing", async () => {
  for (const looks of [0, 200]) {
    const told = await revoke([looks, "run"], ["--allow-all"]);
    assertEquals([told.after, told.by], [told.before, []]);
  }
});

Deno.test("a path above the mount that the host may not read any more counts", async () => {
  const top = await Deno.realPath(await Deno.makeTempDir());
  const flags = [`--allow-read=${top}`, `--allow-write=${top}`];
  const told = await revoke([0, "read", top], flags, { TMPDIR: top });
  await Deno.remove(top, { recursive: true });
  assertEquals(told.before["open there"], "SUCCESS");
  assertEquals([told.after, told.by], [allRefused(told.after), ["deno read"]]);
});

function allRefused(answers: Answers): Answers {
  return Object.fromEntries(
    Object.keys(answers).map((name) => [name, "ACCES"]),
  );
}
