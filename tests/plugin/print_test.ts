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

/**
 * `wrapper/patches/print-one-write.patch` writes a line at once where nobody
 * could see the difference; these are those who could, and lines of each kind.
 */
const LINES_TO_PRINT = `
import io, sys

class Raw(io.RawIOBase):
    def __init__(self): self.seen = []
    def writable(self): return True
    def write(self, data):
        self.seen.append(bytes(data))
        return len(data)

def text(encoding="utf-8", **more):
    raw = Raw()
    return raw, io.TextIOWrapper(io.BufferedWriter(raw), encoding, **more)

class Upper(io.TextIOWrapper):
    def write(self, text): return super().write(text.upper())

raw, file = text()
for line in ["", "plain", "\\xe9", "\\u20ac", "\\U0001f40d", "x" * 5000, 7, -10**30, True, None, 1.5]:
    print(line, file=file)
print("a", "b", file=file)
print("c", end="", file=file)
print("d", end=None, file=file)
print("lone \\udc80"[:4], file=file, flush=True)
print(b"".join(raw.seen).replace(b"x" * 5000, b"X"))

raw, file = text(newline="\\r\\n")
print("a\\nb", file=file, flush=True)
print(raw.seen)

raw, file = text(line_buffering=True)
print("seen at once", file=file)
print(raw.seen)

upper = Upper(io.BufferedWriter(raw := Raw()), "utf-8")
print("derived", file=upper, flush=True)
print(raw.seen)

raw, file = text()
calls = []
file.write = calls.append
print("replaced", file=file)
print(calls)

for encoding, line in [("ascii", "\\xe9"), ("utf-8", "\\udc80")]:
    try:
        print(line, file=text(encoding)[1])
    except UnicodeEncodeError as error:
        print(error.encoding, error.start)
for end in [io.TextIOWrapper.close, io.TextIOWrapper.detach]:
    file = text()[1]
    end(file)
    try:
        print("too late", file=file)
    except ValueError as error:
        print(error)
`;

Deno.test("print() writes what it wrote before, to every kind of text file", async () => {
  const out = new Collected();
  assertEquals(
    await runScript({ source: LINES_TO_PRINT }, { stdout: out.sink }),
    0,
  );
  const lines =
    "\\nplain\\n\\xc3\\xa9\\n\\xe2\\x82\\xac\\n\\xf0\\x9f\\x90\\x8d\\nX\\n7\\n" +
    "-1000000000000000000000000000000\\nTrue\\nNone\\n1.5\\na b\\ncd\\nlone\\n";
  assertEquals(out.text.split("\n"), [
    `b'${lines}'`,
    "[b'a\\r\\nb\\r\\n']",
    "[b'seen at once\\n']",
    "[b'DERIVED\\n']",
    "['replaced', '\\n']",
    "ascii 0",
    "utf-8 0",
    "I/O operation on closed file.",
    "underlying buffer has been detached",
    "",
  ]);
});
