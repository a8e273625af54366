import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Directory, MemoryDirectory } from "../../src/wasi/mod.ts";
import { Guest } from "./guest.ts";
import { HostTree } from "./host_tree.ts";
import { Model, type Step } from "./model.ts";
import { anyStep, perform } from "./model_steps.ts";

/** How many sequences; more of them by hand: `RUNS=10000 deno task test`. */
const RUNS = Number(Deno.env.get("RUNS") ?? 200);

function assertAgrees(root: Directory, steps: readonly Step[]): void {
  const guest = new Guest({ preopens: { "/": root } });
  const model = new Model();
  for (const step of steps) {
    const expected = model.perform(step).split(" or ");
    const actual = perform(guest, step);
    assert(
      expected.includes(actual),
      `${JSON.stringify(step)}: ${actual}, not ${expected}`,
    );
  }
  assertEquals(guest.context.fds.size, 4, "descriptors left open");
}

Deno.test("files in memory do what a naive model does, with links", () => {
  const steps = fc.array(anyStep, { maxLength: 60, size: "max" });
  const property = fc.property(steps, (steps) => {
    assertAgrees(new MemoryDirectory(), steps);
  });
  fc.assert(property, { numRuns: RUNS });
});

Deno.test("files of the host do what a naive model does, with links", () => {
  const steps = fc.array(anyStep, { maxLength: 60, size: "max" });
  const property = fc.property(steps, (steps) => {
    using tree = new HostTree();
    assertAgrees(tree.directory(), steps);
    tree.assertUntouched("all steps");
  });
  fc.assert(property, { numRuns: RUNS });
});
