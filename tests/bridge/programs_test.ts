// Programs of calls that go back and forth between host and Python, with
// errors raised on either side at any depth: what the side that raised it catches
// is the very object, and the frames are those that it went through.
// `deno task test-more` tries 10 000 programs and a million calls.

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
} from "@std/assert";
import fc from "fast-check";
import type { Bridge } from "../../src/bridge/mod.ts";
import { PythonError } from "../../src/errors.ts";
import type { Instance } from "../../src/runtime/mod.ts";
import { openBridge, times } from "./open_bridge.ts";

/** WebAssembly's memory grows by this much. */
const PAGE = 65_536;

/** A function: it calls its parts on the other side, then returns or throws. */
interface Program {
  id: number;
  readonly parts: readonly Program[];
  readonly catches: boolean;
  readonly throws: boolean;
}

/** What a program does: its result, or which one threw. */
type Outcome = { readonly result: number } | { readonly thrower: number };

const SOURCE = `
import gc
from host import step

raised, seen, caught = {}, {}, []

class Raised(Exception): pass

def number_of(error):
    return int(str(error).rpartition("#")[2])

def demand_same(error):
    number = number_of(error)
    first = raised.get(number) or seen.setdefault(number, error)
    assert error is first, f"{error!r} is another one than {first!r}"

def run(program):
    total = program["id"]
    for part in program["parts"]:
        try:
            total += step(part)
        except Exception as error:
            demand_same(error)
            if not program["catches"]: raise
            caught.append([program["id"], number_of(error)])
    if program["throws"]:
        error = raised[program["id"]] = Raised(f"#{program['id']}")
        raise error
    return total

def begin():
    raised.clear(); seen.clear(); caught.clear()
def end():
    taken = caught[:]
    begin()
    return taken
def collect():
    gc.collect() # an exception and the frames that it went through
`;

const anyProgram: fc.Arbitrary<Program> = fc.letrec<{ program: Program }>(
  (tie) => {
    const made = (parts: fc.Arbitrary<Program[]>) =>
      fc.record({
        id: fc.constant(0),
        parts,
        catches: fc.boolean(),
        throws: fc.boolean(),
      });
    return {
      program: fc.oneof(
        { maxDepth: 9, depthSize: "large" },
        made(fc.constant([])),
        made(fc.array(tie("program"), { minLength: 1, maxLength: 3 })),
      ),
    };
  },
).program;

/** Number the parts, in the order in which they are called. */
function numbered(program: Program): Program {
  let last = 0;
  const visit = (each: Program) => {
    each.id = ++last;
    each.parts.forEach(visit);
  };
  visit(program);
  return program;
}

/** What should happen; `caught` gets who catches whose error. */
function expected(program: Program, caught: [number, number][]): Outcome {
  let total = program.id;
  for (const part of program.parts) {
    const outcome = expected(part, caught);
    if ("result" in outcome) total += outcome.result;
    else if (program.catches) caught.push([program.id, outcome.thrower]);
    else return outcome;
  }
  return program.throws ? { thrower: program.id } : { result: total };
}

function numberOf(error: unknown): number {
  assertInstanceOf(error, Error);
  const [, number] = /^#(\d+)$/.exec(error.message) ?? [];
  if (number === undefined) throw error; // what no program threw
  return Number(number);
}

/** The host's side of a run. */
class Host {
  readonly thrown = new Map<number, Error>();
  readonly caught: [number, number][] = [];

  step(bridge: Bridge, program: Program): number {
    let total = program.id;
    for (const part of program.parts) {
      try {
        total += bridge.call("run", [part]) as number;
      } catch (error) {
        this.#demandSame(error);
        if (!program.catches) throw error;
        this.caught.push([program.id, numberOf(error)]);
      }
    }
    if (!program.throws) return total;
    const error = new Error(`#${program.id}`);
    this.thrown.set(program.id, error);
    throw error;
  }

  /** An error of the host's is itself. One of Python's has more frames each
   * time that it arrives; it is Python that finds it to be itself. */
  #demandSame(error: unknown): void {
    const thrown = this.thrown.get(numberOf(error));
    if (thrown !== undefined) assertStrictEquals(error, thrown);
    else {
      assertInstanceOf(error, PythonError);
      assertEquals(error.type, "plugin.Raised");
    }
  }
}

/** How many Python functions an error went through on its way out. */
function pythonFrames(program: Program, thrower: number): number {
  const path = pathTo(program, thrower) ?? [];
  return path.filter((_, depth) => depth % 2 === 0).length;
}

/** The programs from the outermost to `id`. */
function pathTo(program: Program, id: number): Program[] | undefined {
  if (program.id === id) return [program];
  for (const part of program.parts) {
    const path = pathTo(part, id);
    if (path !== undefined) return [program, ...path];
  }
  return undefined;
}

Deno.test("errors go through generated programs of calls as themselves", async () => {
  let host = new Host();
  const bridge: Bridge = await openBridge(SOURCE, {
    step: (program: Program): number => host.step(bridge, program),
  });
  const held = bridge.hostObjects.size;
  fc.assert(
    fc.property(anyProgram.map(numbered), (program) => {
      host = new Host();
      bridge.call("begin", []);
      const caught: [number, number][] = [];
      const outcome = expected(program, caught);
      const came = run(bridge, program);
      if ("error" in came) {
        const thrower = numberOf(came.error);
        assertEquals({ thrower }, outcome);
        assertEquals(
          runsIn(came.error),
          pythonFrames(program, thrower),
          came.error.stack,
        );
      } else assertEquals(came, outcome);
      const ofPython = bridge.call("end", []) as [number, number][];
      assertEquals(sorted([...host.caught, ...ofPython]), sorted(caught));
      assertEquals(bridge.handles, 0);
    }),
    { numRuns: times(500) },
  );
  bridge.call("collect", []);
  assertEquals(bridge.hostObjects.size, held);
});

function run(
  bridge: Bridge,
  program: Program,
): { result: number } | { error: Error } {
  try {
    return { result: bridge.call("run", [program]) as number };
  } catch (error) {
    assertInstanceOf(error, Error);
    return { error };
  }
}

/** How many frames of `run` an error shows. */
function runsIn(error: Error): number {
  if (error instanceof PythonError) {
    return error.frames.filter(({ function: name }) => name === "run").length;
  }
  return (error.stack ?? "").split("\n")
    .filter((line) => /\brun\b.*plugin\.py/.test(line)).length;
}

function sorted(pairs: [number, number][]): [number, number][] {
  return pairs.toSorted(([a, b], [c, d]) => a - c || b - d);
}

Deno.test("memory is flat over many calls", async () => {
  let memory = () => 0;
  const bridge = await openBridge(
    `
from host import twice
def work(value, f):
    try: twice(-1)
    except ValueError: pass
    return [value, twice(len(value["text"])), f(1), lambda: value]
`,
    {
      twice: (n: number) => {
        if (n < 0) throw new RangeError("negative");
        return n * 2;
      },
    },
    undefined,
    ({ memory: guest }: Instance) =>
      memory = () => guest.bytes(0, 0).buffer.byteLength,
  );
  const value = {
    text: "x".repeat(300),
    bytes: new Uint8Array(5000),
    items: [1, 2.5, { deep: [null] }],
    when: Temporal.PlainDate.from("2026-01-02"),
  };
  const work = () => {
    const answer = bridge.call("work", [value, (n: number) => n + 1]);
    const last = (answer as unknown[])[3] as Disposable;
    last[Symbol.dispose]();
  };
  const rounds = times(50_000) / 4; // four calls in each
  for (let i = 0; i < rounds / 5; i++) work();
  bridge.ask("execute", "import gc; gc.collect()");
  const [before, held] = [memory(), bridge.hostObjects.size];
  for (let i = 0; i < rounds; i++) work();
  assert(memory() - before <= 2 * PAGE, `${before} grew to ${memory()}`);
  bridge.ask("execute", "import gc; gc.collect()");
  assertEquals([bridge.handles, bridge.hostObjects.size], [0, held]);
  assert(held > 0);
});
