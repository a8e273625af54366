import { assertEquals } from "@std/assert";
import * as abi from "../../src/wasi/abi.ts";
import { Errno } from "../../src/wasi/errno.ts";
import layouts from "./layouts.json" with { type: "json" };

/** What `abi.ts` calls a struct, and its fields, in the order of C's. */
const STRUCTS = {
  iovec: [abi.IOVEC, "buf", "bufLen"],
  ciovec: [abi.IOVEC, "buf", "bufLen"],
  dirent: [abi.DIRENT, "dNext", "dIno", "dNamlen", "dType"],
  fdstat: [
    abi.FDSTAT,
    "fsFiletype",
    "fsFlags",
    "fsRightsBase",
    "fsRightsInheriting",
  ],
  filestat: [
    abi.FILESTAT,
    "dev",
    "ino",
    "filetype",
    "nlink",
    "fileSize",
    "atim",
    "mtim",
    "ctim",
  ],
  event: [abi.EVENT, "userdata", "error", "type", "nbytes", "flags"],
  subscription: [
    abi.SUBSCRIPTION,
    "userdata",
    "tag",
    "clockId",
    "timeout",
    "precision",
    "clockFlags",
    "fd",
    "fd",
  ],
  prestat: [abi.PRESTAT, "tag", "nameLen"],
} as const;

/** The groups of constants, by what C's names start with. */
const GROUPS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ERRNO_: Errno,
  RIGHTS_: abi.Rights,
  WHENCE_: abi.Whence,
  FILETYPE_: abi.Filetype,
  FDFLAGS_: abi.FdFlags,
  FSTFLAGS_: abi.FstFlags,
  LOOKUPFLAGS_: abi.LookupFlags,
  OFLAGS_: abi.OFlags,
  EVENTTYPE_: abi.EventType,
  EVENTRWFLAGS_FD_READWRITE_: abi.EventRwFlags,
  SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_: abi.SubclockFlags,
  SDFLAGS_: abi.SdFlags,
};

for (const [name, [layout, ...fields]] of Object.entries(STRUCTS)) {
  Deno.test(`abi: struct ${name} lies as the C compiler has it`, () => {
    const offsets: Record<string, number> = layout;
    const theirs: Record<string, number> =
      layouts.structs[name as keyof typeof STRUCTS];
    const ours = [...fields, "size"].map((field) => offsets[field]);
    assertEquals(ours, Object.values(theirs));
  });
}

for (const [prefix, group] of Object.entries(GROUPS)) {
  Deno.test(`abi: ${prefix}* are all there, with the header's numbers`, () => {
    const theirs = Object.entries(layouts.constants)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]);
    assertEquals(group, Object.fromEntries(theirs));
  });
}

Deno.test("abi: the counts and masks agree with the header", () => {
  const names = Object.keys(layouts.constants);
  const count = (prefix: string) =>
    names.filter((name) => name.startsWith(prefix)).length;
  assertEquals(abi.ADVICE_COUNT, count("ADVICE_"));
  assertEquals(abi.ALL_RIGHTS, 2 ** count("RIGHTS_") - 1);
  assertEquals(abi.ALL_FD_FLAGS, 2 ** count("FDFLAGS_") - 1);
  assertEquals(abi.ALL_FST_FLAGS, 2 ** count("FSTFLAGS_") - 1);
  assertEquals(abi.ALL_O_FLAGS, 2 ** count("OFLAGS_") - 1);
  assertEquals(abi.PREOPENTYPE_DIR, layouts.constants.PREOPENTYPE_DIR);
  assertEquals(
    [abi.ClockId.REALTIME, abi.ClockId.MONOTONIC],
    [
      layouts.constants.CLOCKID_REALTIME,
      layouts.constants.CLOCKID_MONOTONIC,
    ],
  );
});
