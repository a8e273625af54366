/**
 * Steps that unpack the pinned sources, and patch CPython.
 *
 * @module
 */

import { BuildError } from "./build_error.ts";
import { emptyDirectory, exists, listFiles } from "./files.ts";
import { placeSource, readLock, type Source } from "./lock.ts";
import { type Action, BUILD, inTurn, type Step } from "./step.ts";
import { syncTree } from "./sync_tree.ts";

/** Changes to CPython; each file's head says why. */
const PATCHES = "wrapper/patches";
/** CPython's tree, relative to the repository. */
export const CPYTHON = `${BUILD}/src/cpython`;
/** A fresh CPython, before the tree that is built takes what is new in it. */
const STAGING = `${BUILD}/staging`;

/** The steps that bring every source to `.build/src/NAME`. */
export function sourceSteps(folder: string | undefined): Record<string, Step> {
  return Object.fromEntries(
    readLock().map((source) => [source.name, unpackStep(source, folder)]),
  );
}

function unpackStep(source: Source, folder: string | undefined): Step {
  switch (source.name) {
    case "cpython":
      return cpythonStep(source, folder);
    case "wasi-libc":
      return sysrootStep(source, folder);
    default:
      return libraryStep(source, folder);
  }
}

function libraryStep(source: Source, folder: string | undefined): Step {
  const directory = `${BUILD}/src/${source.name}`;
  return {
    name: `unpack-${source.name}`,
    directory,
    actions: () => [place(source, folder), ...unpack(source, directory)],
    outputs: [],
  };
}

/** The patched tree; files that stay the same keep their time for `make`. */
function cpythonStep(source: Source, folder: string | undefined): Step {
  return {
    name: "unpack-cpython",
    directory: STAGING,
    inputs: patchFiles,
    actions: () => [
      place(source, folder),
      {
        kind: "call",
        what: `empty ${STAGING}`, // what an interrupted step has patched
        call: () => emptyDirectory(STAGING),
      },
      ...unpack(source, STAGING),
      ...inTurn(
        ...patchFiles().map((path) => ({
          argv: [
            "patch",
            "-p1",
            "--forward",
            "--fuzz=0",
            "--no-backup-if-mismatch",
            `--input=../../${path}`,
          ],
          cwd: STAGING,
        })),
      ),
      {
        kind: "call",
        what: `bring what is new to ${CPYTHON}`,
        call: () => syncTree(STAGING, CPYTHON),
      },
    ],
    outputs: [`${CPYTHON}/configure`],
  };
}

/** wasi-libc comes as a Debian package: an `ar` archive around a tarball. */
function sysrootStep(source: Source, folder: string | undefined): Step {
  const tarball = `${BUILD}/sources/wasi-libc.tar.xz`;
  const directory = `${BUILD}/sysroot`;
  return {
    name: "unpack-wasi-libc",
    directory,
    actions: () => [
      place(source, folder),
      ...inTurn({
        argv: ["llvm-ar", "p", `sources/${source.file}`, "data.tar.xz"],
        cwd: BUILD,
        stdout: tarball,
      }, {
        argv: tar("../sources/wasi-libc.tar.xz", 2),
        cwd: directory,
      }),
    ],
    outputs: [`${directory}/include/wasm32-wasip1/stdio.h`],
  };
}

/** Every patch, in the order of the names. */
function patchFiles(): string[] {
  if (!exists(PATCHES)) return [];
  return listFiles(PATCHES).map((name) => {
    if (name.endsWith(".patch")) return `${PATCHES}/${name}`;
    throw new BuildError(`Cannot use "${PATCHES}/${name}": not a .patch file`);
  });
}

function place(source: Source, folder: string | undefined): Action {
  return {
    kind: "call",
    what: `verify ${source.file} against SHA-256 ${source.sha256}`,
    call: () => placeSource(source, folder),
  };
}

function unpack(source: Source, directory: string): Action[] {
  const up = "../".repeat(directory.split("/").length - 1);
  return inTurn({
    argv: tar(`${up}sources/${source.file}`, 1),
    cwd: directory,
  });
}

function tar(file: string, strip: number): string[] {
  return ["tar", "-xf", file, "--no-same-owner", `--strip-components=${strip}`];
}
