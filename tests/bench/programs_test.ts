import { assert, assertEquals } from "@std/assert";
import { programsIn, programText } from "../../bench/program_group.ts";
import { loadPlugin } from "../../mod.ts";

/** Runs the program at the last size that it has a result for. */
const CHECK = `
def check():
    size, expected = list(RESULTS.items())[-1]
    return run(size) == expected, repr(run(size))
`;

for (const folder of ["kernels", "programs"]) {
  Deno.test(`every program of bench/python/${folder} is right at a tiny size`, async () => {
    for (const title of programsIn(folder)) {
      const source = programText(folder, title) + CHECK;
      await using plugin = await loadPlugin({ source });
      const [right, result] = await plugin.call<[boolean, string]>("check");
      assert(right, `${title} gave ${result}`);
    }
  });
}

Deno.test("there are thirteen kernels, and twelve programs or more", () => {
  assertEquals(programsIn("kernels").length, 13);
  assert(programsIn("programs").length >= 12);
});
