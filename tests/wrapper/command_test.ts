import { assertEquals, assertThrows } from "@std/assert";
import { BuildError } from "../../wrapper/build/build_error.ts";
import { parseCommand } from "../../wrapper/build/command.ts";

Deno.test("parseCommand() takes the sources from the flag, else from the variable", () => {
  const environment = { PY_PLUGIN_SOURCES: "/variable" };
  const sources = (...args: string[]) => {
    const command = parseCommand(["build", ...args], environment);
    return command.kind === "build" ? command.options.sources : command.kind;
  };
  assertEquals(sources(), "/variable");
  assertEquals(sources("--sources", "/flag"), "/flag");
  assertEquals(sources("--sources=here"), `${Deno.cwd()}/here`);
});

Deno.test("parseCommand() reads every command", () => {
  assertEquals(parseCommand(["clean"], {}), { kind: "clean" });
  assertEquals(parseCommand(["--help"], {}), { kind: "help" });
  const options = { sources: undefined, jobs: 3 };
  for (const kind of ["build", "check", "hot", "native", "train"] as const) {
    const command = parseCommand([kind, "--jobs=3"], {});
    assertEquals(command, { kind, options });
  }
});

Deno.test("parseCommand() refuses what it does not know", () => {
  const wrong = [
    [[], "no command"],
    [["bild"], '"bild"'],
    [["build", "twice"], 'unexpected "twice"'],
    [["build", "--fast"], "unknown flag --fast"],
    [["build", "--jobs=none"], "--jobs none is not a positive number"],
    [["build", "--jobs=0"], "--jobs 0 is not a positive number"],
  ] as const;
  for (const [args, message] of wrong) {
    assertThrows(() => parseCommand(args, {}), BuildError, message);
  }
});
