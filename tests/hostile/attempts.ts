/**
 * The attempts. The guest may do everything inside its mount; outside lie
 * `TOP/outside/canary`, `a`, `b/a`, `b/b`, `deep/canary` and `empty/`.
 *
 * @module
 */

import { type Attempt, everything, type Furniture } from "./attempt.ts";

/** What most attempts find in the mount. */
const GIVEN: Furniture = {
  "mine": "mine",
  "a": null,
  "a/b": null,
  "a/b/file": "inside",
};

/** Paths that some program, somewhere, takes for another place. */
const PATHS: Readonly<Record<string, string>> = {
  "one up": "../outside/canary",
  "two up": "../../outside/canary",
  "many up": "../../../../../../../../../../../../etc/passwd",
  "up from below": "a/../../outside/canary",
  "up from far below": "a/b/../../../outside/canary",
  "up through what is not there": "z/../../outside/canary",
  "up through a file": "mine/../../outside/canary",
  "up and back in": "../mount/mine",
  "dots and slashes": ".//./a/.//..//.././outside//canary",
  "slashes before": "//outside/canary",
  "the directory above": "..",
  "the directory above, with a slash": "../",
  "the directory above, with a dot": "../.",
  "the directory outside": "../outside",
  "the directory outside, with a slash": "../outside/",
  "an empty directory outside": "../outside/empty",
  "a new name outside": "../outside/new",
  "a new name above": "../new",
  "above, by a directory's own dots": "a/b/../../..",
  "itself": ".",
  "itself, with a slash": "./",
  "three dots": ".../outside/canary",
  "dots and a space": ".. /outside/canary",
  "an absolute path": "TOP/outside/canary",
  "an absolute path to the mount": "TOP/mount/mine",
  "an absolute path with more slashes": "//TOP/outside/canary",
  "the host's passwords": "/etc/passwd",
  "the host's root": "/",
  "another root": "/../../../etc/passwd",
  "the process's root": "/proc/self/root/etc/passwd",
  "the process's directory": "/proc/self/cwd/deno.json",
  "the process's memory": "/proc/self/mem",
  "the process's variables": "/proc/self/environ",
  "the process's files": "/proc/self/fd/0",
  "a thread's files": "/proc/thread-self/fd/1",
  "a list of files as a directory": "/dev/fd/0",
  "the terminal": "/dev/tty",
  "a disk": "/dev/sda",
  "the kernel's memory": "/dev/mem",
  "proc without a slash": "proc/self/root/etc/passwd",
  "backslashes": "..\\outside\\canary",
  "backslashes and slashes": "..\\../outside/canary",
  "a drive": "C:/outside/canary",
  "a drive with backslashes": "C:\\outside\\canary",
  "a drive's own directory": "C:outside",
  "a network path": "\\\\host\\share\\canary",
  "a device path": "\\\\.\\PhysicalDrive0",
  "a verbatim path": "\\\\?\\C:\\outside",
  "a stream": "mine::$DATA",
  "a directory's stream": "a:$I30:$INDEX_ALLOCATION",
  "a device of DOS": "NUL",
  "a device of DOS with an ending": "con.txt",
  "a port": "COM1:",
  "a printer": "lpt1",
  "a short name": "OUTSID~1/canary",
  "a name with a dot after it": "a./b./file",
  "a URL": "file:///etc/passwd",
  "a URL with two dots": "file://../outside/canary",
  "percent signs": "%2e%2e/outside/canary",
  "percent signs for the slash": "..%2foutside%2fcanary",
  "percent signs twice": "%252e%252e%252foutside",
  "overlong text": "\u00c0\u00ae\u00c0\u00ae/outside/canary",
  "wide dots": "\uff0e\uff0e/outside/canary",
  "a wide slash": "..\uff0foutside\uff0fcanary",
  "a division slash": "..\u2215outside\u2215canary",
  "a fraction slash": "..\u2044outside\u2044canary",
  "a one-dot leader": "\u2024\u2024/outside/canary",
  "a two-dot leader": "\u2025/outside/canary",
  "a zero-width space": ".\u200b./outside/canary",
  "a zero-width joiner": "..\u200d/outside/canary",
  "a mark for the order of bytes": "\ufeff../outside/canary",
  "right-to-left text": "\u202e../outside/canary",
  "a combining dot": "..\u0307/outside/canary",
  "a home directory": "~/canary",
  "another's home directory": "~root/canary",
  "a variable": "$HOME/canary",
  "a variable of Windows": "%USERPROFILE%/canary",
  "a command": "$(cat ../outside/canary)",
  "a pipe": "|cat ../outside/canary",
  "a wildcard": "../*/canary",
  "a newline": "..\n/outside/canary",
  "a semicolon": "..;/outside/canary",
  "a question mark": "../outside/canary?",
  "a long way round": `${"a/../".repeat(400)}../outside/canary`,
  "a long name": `${"x".repeat(255)}/../../outside/canary`,
  "a name too long": `${"x".repeat(256)}/../../outside/canary`,
  "a path too long": `${"a/../".repeat(900)}../outside/canary`,
  "another case": "../OUTSIDE/CANARY",
  "a dot at the end": "../outside/canary/.",
  "two dots at the end": "../outside/b/..",
};

/** Texts of links that lead, or seem to lead, somewhere else. */
const TARGETS: Readonly<Record<string, string>> = {
  "a file outside": "../outside/canary",
  "a directory outside": "../outside",
  "a directory outside, with a slash": "../outside/",
  "an empty directory outside": "../outside/empty",
  "a new name outside": "../outside/new",
  "the directory above": "..",
  "the directory above, with a dot": "../.",
  "out and back in": "../mount/a",
  "inside and out": "a/../../outside",
  "far inside and out": "a/b/../../../outside",
  "through a file and out": "mine/../../outside",
  "through nothing and out": "z/../../outside",
  "an absolute file": "TOP/outside/canary",
  "an absolute directory": "TOP/outside",
  "an absolute way back in": "TOP/mount/a",
  "the host's root": "/",
  "the host's passwords": "/etc/passwd",
  "the process's root": "/proc/self/root",
  "the process's directory": "/proc/self/cwd",
  "the process's input": "/proc/self/fd/0",
  "a device": "/dev/zero",
  "a drive": "C:\\outside",
  "backslashes": "..\\outside",
};

/** Ways to use a link called `l` that means a directory or file outside. */
const WAYS: Readonly<Record<string, string>> = {
  "": "l",
  ", with a slash": "l/",
  ", with a dot": "l/.",
  ", for what is in it": "l/canary",
  ", for a new name in it": "l/new",
  ", for what is above it": "l/../outside/canary",
  ", for what is in a directory of it": "l/b/a",
};

function pathAttempts(): Attempt[] {
  return Object.entries(PATHS).map(([name, path]) => ({
    name: `path: ${name}`,
    given: GIVEN,
    actions: everything(path),
  }));
}

/** The host, or another guest, left a link. */
function linkAttempts(): Attempt[] {
  return Object.entries(TARGETS).map(([name, target]) => ({
    name: `link found: ${name}`,
    given: { ...GIVEN, l: [target] },
    actions: Object.values(WAYS).flatMap(everything),
  }));
}

/** The guest makes the link itself, and uses it. */
function symlinkAttempts(): Attempt[] {
  return Object.entries(TARGETS).map(([name, target]) => ({
    name: `link made: ${name}`,
    given: GIVEN,
    actions: [
      ["symlink", target, "l"],
      ...Object.values(WAYS).flatMap(everything),
    ],
  }));
}

/** Each way alone, in a mount that nothing has been done to yet. */
function wayAttempts(): Attempt[] {
  const targets = ["../outside", "TOP/outside", "../outside/canary"];
  return targets.flatMap((target) =>
    Object.entries(WAYS).map(([name, path]) => ({
      name: `link to ${target}${name}`,
      given: { ...GIVEN, l: [target] as const },
      actions: everything(path).toReversed(),
    }))
  );
}

/** Tricks that take more than one thing. */
const TRICKS: readonly Attempt[] = [
  {
    name: "a chain of links, the last one out",
    given: { l1: ["l2"], l2: ["l3"], l3: ["../outside/canary"] },
    actions: everything("l1"),
  },
  {
    name: "a chain that goes down before it goes out",
    given: {
      ...GIVEN,
      l: ["a/l"],
      "a/l": ["b/l"],
      "a/b/l": ["../../../outside"],
    },
    actions: [...everything("l"), ...everything("l/canary")],
  },
  {
    name: "links that add up",
    given: { ...GIVEN, up: ["a/.."], "a/up": [".."], l: ["a/up/../outside"] },
    actions: [...everything("l/canary"), ...everything("up/../outside/canary")],
  },
  {
    name: "a link to itself",
    given: { l: ["l"] },
    actions: [...everything("l"), ...everything("l/x")],
  },
  {
    name: "links to each other",
    given: { l: ["m"], m: ["l"] },
    actions: [...everything("l"), ...everything("m/../../outside/canary")],
  },
  {
    name: "more links than are followed",
    given: Object.fromEntries(
      Array.from({ length: 60 }, (_, n) => [`l${n}`, [`l${n + 1}`] as const]),
    ),
    actions: everything("l0"),
  },
  {
    name: "a link that grows",
    given: { l: ["l/l/l/l"] },
    actions: everything("l"),
  },
  {
    name: "a link moved up",
    given: GIVEN,
    actions: [
      ["symlink", "../../outside/canary", "a/b/l"],
      ["rename", "a/b/l", "l"],
      ...everything("l"),
      ["rename", "a/b/l", "a/l"],
      ...everything("a/l"),
    ],
  },
  {
    name: "a directory with a link in it moved up",
    given: { ...GIVEN, "a/b/c": null },
    actions: [
      ["symlink", "../../../outside/canary", "a/b/c/l"],
      ["rename", "a/b/c", "c"],
      ...everything("c/l"),
      ["symlink", "../../../outside", "a/b/l"],
      ["rename", "a/b", "b"],
      ...everything("b/l/canary"),
    ],
  },
  {
    name: "a link's directory moved away under it",
    given: { ...GIVEN, "a/b/l": ["../../mine"] },
    actions: [
      ["rename", "a/b", "b"],
      ...everything("b/l"),
      ["rename", "b", "a/b"],
      ["read", "a/b/l"],
    ],
  },
  {
    name: "a second name for a link, further up",
    given: GIVEN,
    actions: [
      ["symlink", "../../outside/canary", "a/b/l"],
      ["link", "a/b/l", "l"],
      ...everything("l"),
    ],
  },
  {
    name: "a second name for a link that was found",
    given: { ...GIVEN, l: ["../outside/canary"] },
    actions: [["link", "l", "m"], ...everything("m")],
  },
  {
    name: "a found link moved down and used",
    given: { ...GIVEN, l: ["../outside/canary"] },
    actions: [
      ["rename", "l", "a/l"],
      ...everything("a/l"),
      ["rename", "a/l", "a/b/l"],
      ...everything("a/b/l"),
    ],
  },
  {
    name: "a directory replaced by a link",
    given: { ...GIVEN, "empty": null, "l": ["../outside"] },
    actions: [
      ["rmdir", "empty"],
      ["rename", "l", "empty"],
      ...everything("empty/canary"),
    ],
  },
  {
    name: "a file replaced by a link, then written",
    given: { ...GIVEN, l: ["../outside/canary"] },
    actions: [
      ["unlink", "mine"],
      ["rename", "l", "mine"],
      ["write", "mine"],
      ["append", "mine"],
      ["read", "mine"],
    ],
  },
  {
    name: "a link that hangs, made to lead somewhere",
    given: { ...GIVEN, l: ["../outside/new"] },
    actions: [["exclusive", "l"], ["write", "l"], ["append", "l"], [
      "mkdir",
      "l",
    ]],
  },
  {
    name: "a link that hangs inside",
    given: { ...GIVEN, l: ["a/new"] },
    actions: [["exclusive", "l"], ["write", "l"], ["read", "a/new"]],
  },
  {
    name: "moving out",
    given: GIVEN,
    actions: [
      ["rename", "mine", "../mine"],
      ["rename", "mine", "../outside/mine"],
      ["rename", "mine", "TOP/outside/mine"],
      ["rename", "a", "../outside/empty"],
      ["rename", "a", ".."],
      ["rename", "a", "a/b/../../../a"],
    ],
  },
  {
    name: "moving in",
    given: GIVEN,
    actions: [
      ["rename", "../outside/canary", "mine"],
      ["rename", "TOP/outside/canary", "mine"],
      ["rename", "../outside", "a/outside"],
      ["rename", "..", "a/up"],
      ["list", "a"],
      ["read", "mine"],
    ],
  },
  {
    name: "moving the mount itself",
    given: GIVEN,
    actions: [
      ["rename", ".", "../moved"],
      ["rename", ".", "a/b/moved"],
      ["rename", "../mount", "../moved"],
      ["rmdir", "."],
      ["unlink", "."],
      ["rmdir", "../mount"],
    ],
  },
  {
    name: "second names out and in",
    given: GIVEN,
    actions: [
      ["link", "mine", "../mine"],
      ["link", "mine", "../outside/mine"],
      ["link", "../outside/canary", "stolen"],
      ["link", "TOP/outside/canary", "stolen"],
      ["link", "a", "../outside/a2"],
      ["link", "..", "up"],
      ["read", "stolen"],
      ["append", "stolen"],
    ],
  },
  {
    name: "second names through links",
    given: { ...GIVEN, l: ["../outside"], m: ["../outside/canary"] },
    actions: [
      ["link", "l/canary", "stolen"],
      ["link", "mine", "l/mine"],
      ["link", "m/", "stolen"],
      ["link", "l/", "stolen2"],
      ["read", "stolen"],
      ["write", "stolen"],
    ],
  },
  {
    name: "moving through links",
    given: { ...GIVEN, l: ["../outside"], m: ["TOP/outside"] },
    actions: [
      ["rename", "l/canary", "stolen"],
      ["rename", "m/canary", "stolen"],
      ["rename", "mine", "l/mine"],
      ["rename", "mine", "m/canary"],
      ["rename", "a", "l/empty"],
      ["rename", "l/b", "a/stolen"],
      ["read", "stolen"],
      ["list", "a"],
    ],
  },
  {
    name: "making things through links",
    given: { ...GIVEN, l: ["../outside"], m: ["TOP/outside"] },
    actions: [
      ["mkdir", "l/new"],
      ["mkdir", "m/new"],
      ["symlink", "canary", "l/new"],
      ["symlink", "canary", "m/new"],
      ["exclusive", "l/new"],
      ["write", "m/new"],
      ["rmdir", "l/empty"],
      ["rmdir", "m/empty"],
      ["unlink", "l/canary"],
      ["unlink", "m/a"],
      ["utime", "l/canary"],
      ["utime", "m/deep"],
    ],
  },
  {
    name: "removing by a slash after a link",
    given: { ...GIVEN, l: ["../outside/empty"], m: ["a/none"] },
    actions: [
      ["rmdir", "l/"],
      ["rmdir", "l"],
      ["unlink", "l/"],
      [
        "rmdir",
        "m/",
      ],
      ["mkdir", "m/"],
      ["mkdir", "l/"],
    ],
  },
  {
    name: "a text that changes its meaning when its directory is a link",
    given: { ...GIVEN, d: ["a/b"], "a/b/l": ["../../outside/canary"] },
    actions: [...everything("d/l"), ...everything("d/../../outside/canary")],
  },
  {
    name: "a link with a text as long as can be",
    given: GIVEN,
    actions: [
      ["symlink", `${"a/../".repeat(400)}../outside/canary`, "l"],
      ...everything("l"),
      ["symlink", `${"a/b/../../".repeat(400)}mine`, "m"],
      ["read", "m"],
    ],
  },
  {
    name: "a text with two meanings",
    given: GIVEN,
    actions: [
      ["symlink", "..\\outside\\canary", "l"],
      ["symlink", "\u2025/outside/canary", "m"],
      ["symlink", "./.././outside/canary", "n"],
      ["symlink", "a/./../.././outside/canary", "o"],
      ...["l", "m", "n", "o"].flatMap(everything),
    ],
  },
];

/** All attempts. */
export const ATTEMPTS: readonly Attempt[] = [
  ...pathAttempts(),
  ...linkAttempts(),
  ...symlinkAttempts(),
  ...wayAttempts(),
  ...TRICKS,
];
