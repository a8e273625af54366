import { assertEquals } from "@std/assert";
import { type Command, parseCommand } from "../../src/cli/args.ts";

const RUN = { kind: "run", log: "info", color: "auto" } as const;

Deno.test("parseCommand() parts the program's flags from the plugin's words", () => {
  const cases: [words: string[], command: Command][] = [
    [["p.py"], { ...RUN, plugin: "p.py", args: [] }],
    [["p.py", "a", "--log=x", "--", "-o"], {
      ...RUN,
      plugin: "p.py",
      args: ["a", "--log=x", "--", "-o"],
    }],
    [["--log=trace", "--color", "never", "-o", "out", "p.py", "--help"], {
      kind: "run",
      plugin: "p.py",
      args: ["--help"],
      log: "trace",
      color: "never",
      output: "out",
    }],
    [["p.py", "007"], { ...RUN, plugin: "p.py", args: ["007"] }],
    [["p.py", ""], { ...RUN, plugin: "p.py", args: [""] }],
    [["--", "-odd.py", "x"], { ...RUN, plugin: "-odd.py", args: ["x"] }],
    [["--help"], { kind: "help" }],
    [["-h", "p.py"], { kind: "help" }],
    [["--version"], { kind: "version" }],
  ];
  for (const [words, command] of cases) {
    assertEquals(parseCommand(words), command, words.join(" "));
  }
});

Deno.test("parseCommand() says what is wrong", () => {
  const cases: Record<string, string[]> = {
    "no PLUGIN is named": [],
    "unknown flag --verbose": ["--verbose", "p.py"],
    "unknown flag -x": ["-x", "p.py"],
    "--output needs a FILE": ["--output=", "p.py"],
    '--log takes error, warn, info, debug, trace, not "loud"': [
      "--log=loud",
      "p.py",
    ],
    '--color takes auto, always, never, not "red"': ["--color=red", "p.py"],
  };
  for (const [reason, words] of Object.entries(cases)) {
    assertEquals(parseCommand(words), { kind: "wrong", reason });
  }
});
