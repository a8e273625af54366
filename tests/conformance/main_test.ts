import { assertEquals } from "@std/assert";

async function conformance(...args: string[]): Promise<[number, string]> {
  const { pathname } = new URL("main.ts", import.meta.url);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", pathname, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const [out, error] = [stdout, stderr].map((each) =>
    new TextDecoder().decode(each)
  );
  return [code, `${out}${error}`];
}

Deno.test("a directory without tests is one sentence, not a stack trace", async () => {
  const empty = await Deno.makeTempDir();
  for (const flag of ["--wasi=", "--cpython --source="]) {
    for (const path of [`${empty}/none`, empty]) {
      const [code, told] = await conformance(...`${flag}${path}`.split(" "));
      assertEquals([code, told.split("\n").length], [2, 2], told);
      assertEquals(told.startsWith("error: Cannot "), true, told);
    }
  }
  await Deno.remove(empty);
});
