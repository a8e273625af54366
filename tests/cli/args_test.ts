import { assertEquals } from "@std/assert";
import type { GrantOptions } from "../../mod.ts";
import { type Command, parseCommand } from "../../src/cli/args.ts";

const RUN = {
  kind: "run",
  log: "info",
  color: "auto",
  grants: {},
  limits: {},
  explain: false,
  cache: true,
} as const;

Deno.test("parseCommand() parts the program's flags from the plugin's words", () => {
  const cases: [words: string[], command: Command][] = [
    [["p.py"], { ...RUN, plugin: "p.py", args: [] }],
    [["p.py", "a", "--log=x", "--", "-o"], {
      ...RUN,
      plugin: "p.py",
      args: ["a", "--log=x", "--", "-o"],
    }],
    [["--log=trace", "--color", "never", "-o", "out", "p.py", "--help"], {
      ...RUN,
      plugin: "p.py",
      args: ["--help"],
      log: "trace",
      color: "never",
      output: "out",
    }],
    [["p.py", "007"], { ...RUN, plugin: "p.py", args: ["007"] }],
    [["p.py", ""], { ...RUN, plugin: "p.py", args: [""] }],
    [["--", "-odd.py", "x"], { ...RUN, plugin: "-odd.py", args: ["x"] }],
    [["--no-cache", "p.py"], {
      ...RUN,
      plugin: "p.py",
      args: [],
      cache: false,
    }],
    [["cache", "info"], { kind: "cache", words: ["info"] }],
    [["--help"], { kind: "help" }],
    [["-h", "p.py"], { kind: "help" }],
    [["--version"], { kind: "version" }],
  ];
  for (const [words, command] of cases) {
    assertEquals(parseCommand(words), command, words.join(" "));
  }
});

Deno.test("parseCommand() reads grants in Deno's words", () => {
  const cases: [words: string[], grants: GrantOptions][] = [
    [["--allow-read"], { read: true }],
    [["--allow-read=a,b", "--allow-read=c"], { read: ["a", "b", "c"] }],
    [["--allow-read=a,,b", "--allow-write"], { read: ["a,b"], write: true }],
    [["--deny-read", "x", "--deny-write=y,z"], {
      denyRead: ["x"],
      denyWrite: ["y", "z"],
    }],
    [["--allow-env=HOME,AWS_*", "--env", "A=1=2", "--env=B="], {
      env: { HOME: true, "AWS_*": true, A: "1=2", B: "" },
    }],
    [["--allow-env"], { env: { "*": true } }],
    [["--mount", "./in:/data:ro", "--mount=C:\\x:/out"], {
      mounts: [{ host: "./in", guest: "/data", readOnly: true }, {
        host: "C:\\x",
        guest: "/out",
        readOnly: false,
      }],
    }],
    [["--tmp", "--allow-hrtime"], { tmp: true, hrtime: true }],
    [["--tmp=1.5MiB"], { tmp: 1_572_864 }],
  ];
  for (const [words, grants] of cases) {
    const after = { ...RUN, plugin: "p.py", args: ["--tmp"], grants };
    assertEquals(parseCommand([...words, "p.py", "--tmp"]), after);
  }
});

Deno.test("parseCommand() reads what makes a run repeatable and visible", () => {
  const words = ["--seed=7", "--now", "2026-01-31T12:00", "--trace=-"];
  assertEquals(parseCommand([...words, "--explain-permissions", "p.py"]), {
    ...RUN,
    plugin: "p.py",
    args: [],
    seed: 7,
    now: new Date("2026-01-31T12:00:00Z"),
    trace: "-",
    explain: true,
  });
  const times: Record<string, string> = {
    "2026-01-31": "2026-01-31T00:00:00Z",
    "2026-01-31T12:00:00.5+02:00": "2026-01-31T10:00:00.5Z",
  };
  for (const [word, time] of Object.entries(times)) {
    const command = parseCommand([`--now=${word}`, "p.py"]);
    assertEquals(command, {
      ...RUN,
      plugin: "p.py",
      args: [],
      now: new Date(time),
    });
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
    '--allow-read needs a PATH, or several with "," between': [
      "--allow-read=",
      "p.py",
    ],
    '--deny-write needs a PATH, or several with "," between': [
      "--deny-write=a,",
      "p.py",
    ],
    '--allow-env takes names, and "*" at the end of one, not "A=1"': [
      "--allow-env=A=1",
      "p.py",
    ],
    '--env takes NAME=VALUE, not "A"': ["--env", "A", "p.py"],
    '--mount takes HOST:GUEST or HOST:GUEST:ro with an absolute GUEST, not "a:b"':
      ["--mount=a:b", "p.py"],
    '--mount takes HOST:GUEST or HOST:GUEST:ro with an absolute GUEST, not "a:/b/../c"':
      ["--mount=a:/b/../c", "p.py"],
    '--tmp takes a size as in 64MB, 1GiB or 256M, not "big"': [
      "--tmp=big",
      "p.py",
    ],
    '--seed takes a whole number from 0 to 2^53 - 1, not "0x1"': [
      "--seed=0x1",
      "p.py",
    ],
    '--now takes a time from 1970 on, as in 2026-01-31T12:00:00Z, not "now"': [
      "--now=now",
      "p.py",
    ],
    "--trace needs a FILE, or -": ["--trace=", "p.py"],
  };
  for (const [reason, words] of Object.entries(cases)) {
    assertEquals(parseCommand(words), { kind: "wrong", reason });
  }
});

Deno.test("parseCommand() reads limits as people write them", () => {
  const words = [
    "--timeout=5s",
    "--cpu-time",
    "1.5s",
    "--memory=256MB",
    "--max-output=1KiB",
    "--max-result=2MB",
    "--max-host-calls=10",
    "--max-files=20",
    "--max-depth=300",
    "p.py",
  ];
  assertEquals(parseCommand(words), {
    ...RUN,
    plugin: "p.py",
    args: [],
    limits: {
      time: 5000,
      cpuTime: 1500,
      memory: 256e6,
      output: 1024,
      result: 2e6,
      hostCalls: 10,
      files: 20,
      depth: 300,
    },
  });
});

Deno.test("parseCommand() says what is wrong with a limit", () => {
  const wrong: [word: string, reason: string][] = [
    [
      "--timeout=5",
      '--timeout takes a duration as in 200ms, 5s or 2m, not "5"',
    ],
    [
      "--memory=much",
      '--memory takes a size as in 64MB, 1GiB or 256M, not "much"',
    ],
    ["--max-files=-1", '--max-files takes a number, not "-1"'],
    ["--max-depth=", '--max-depth takes a number, not ""'],
  ];
  for (const [word, reason] of wrong) {
    assertEquals(parseCommand([word, "p.py"]), { kind: "wrong", reason });
  }
});
