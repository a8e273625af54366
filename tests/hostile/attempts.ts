/**
 * The attempts. The guest may do everything inside its mount; outside lie
 * `TOP/outside/canary`, `a`, `b/a`, `b/b`, `deep/canary` and `empty/`.
 *
 * @module
 */

import { type Attempt, everything, GIVEN } from "./attempt.ts";
import { PATHS } from "./paths.ts";
import { TRICKS } from "./tricks.ts";

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

/** All attempts. */
export const ATTEMPTS: readonly Attempt[] = [
  ...pathAttempts(),
  ...linkAttempts(),
  ...symlinkAttempts(),
  ...wayAttempts(),
  ...TRICKS,
];
