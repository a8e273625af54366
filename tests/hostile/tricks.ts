/**
 * Attempts that take more than one thing.
 *
 * @module
 */

import { type Attempt, everything, GIVEN } from "./attempt.ts";

/** Tricks that take more than one thing. */
export const TRICKS: readonly Attempt[] = [
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
