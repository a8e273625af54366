import { assertEquals } from "@std/assert";
import { runScript } from "../../mod.ts";
import { Collected } from "../fixtures/python.ts";

/**
 * `wrapper/patches/print-without-bound-method.patch` changes how `print`
 * finds `write`; these are the ways in which a file may have one.
 */
const FILES_TO_PRINT_TO = `
import io, sys, types

seen = []

class Method:
    def write(self, text): seen.append(("method", text))

class Static:
    @staticmethod
    def write(text): seen.append(("static", text))

class Class:
    @classmethod
    def write(cls, text): seen.append((cls.__name__, text))

class Dynamic:
    def __getattr__(self, name): return lambda text: seen.append((name, text))

class Always:
    def __getattribute__(self, name): return lambda text: seen.append((name, text))

class Builtin(io.StringIO):
    pass

own = Method()
own.write = lambda text: seen.append(("own", text))
module = types.ModuleType("module")
module.write = lambda text: seen.append(("module", text))
for file in [Method(), Static(), Class(), Dynamic(), Always(), own, module]:
    print("a", 1, sep="-", file=file)
builtin = Builtin()
print("b", 2, file=builtin)
print(seen, builtin.getvalue())

class Told:
    def __str__(self):
        seen.append("str")
        return "told"

seen.clear()
for file in [object(), 7]:
    try:
        print(Told(), file=file)
    except AttributeError as error:
        print(error, error.name, seen)

class Failing:
    def write(self, text): raise OSError("full")

try:
    print(Told(), file=Failing())
except OSError as error:
    print(error, seen)
`;

Deno.test("print() finds a file's write() in every place it may have it", async () => {
  const out = new Collected();
  assertEquals(
    await runScript({ source: FILES_TO_PRINT_TO }, { stdout: out.sink }),
    0,
  );
  const words = [
    "method",
    "static",
    "Class",
    "write",
    "write",
    "own",
    "module",
  ];
  const seen = words.flatMap((word) =>
    ["a", "-", "1", "\\n"].map((text) => `('${word}', '${text}')`)
  );
  assertEquals(out.text.split("\n"), [
    `[${seen.join(", ")}] b 2`,
    "",
    "'object' object has no attribute 'write' write []",
    "'int' object has no attribute 'write' write []",
    "full ['str']",
    "",
  ]);
});
