/**
 * Collects the licences of everything that is linked into the artifact.
 *
 * @module
 */

import { CPYTHON } from "./sources.ts";
import { BUILD, type Step } from "./step.ts";

/** All licences in one file, relative to the repository. */
export const LICENCES = `${BUILD}/out/LICENSES.txt`;

/** A part of the artifact, and the file of its source that licenses it. */
const PARTS: readonly (readonly [name: string, file: string])[] = [
  ["CPython", `${CPYTHON}/LICENSE`],
  ["Software incorporated in CPython", `${CPYTHON}/Doc/license.rst`],
  ["expat", `${CPYTHON}/Modules/expat/COPYING`],
  ["zlib", `${BUILD}/src/zlib/LICENSE`],
  ["bzip2", `${BUILD}/src/bzip2/LICENSE`],
  ["liblzma (XZ Utils)", `${BUILD}/src/xz/COPYING.0BSD`],
  ["Zstandard", `${BUILD}/src/zstd/LICENSE`],
  ["SQLite", `${BUILD}/src/sqlite/LICENSE.md`],
  ["wasi-libc", `${BUILD}/sysroot/share/doc/wasi-libc/copyright`],
];
/** The compiler's run-time functions bring their licence in words. */
const COMPILER_RT = `LLVM compiler-rt

Part of the LLVM Project, under the Apache License v2.0 with LLVM Exceptions:
as an exception, if portions of this software are embedded into an Object form
as a result of compiling source code, they may be redistributed without
complying with the conditions of sections 4(a), 4(b) and 4(d) of the License.
`;
const RULE = "=".repeat(78);

/** Writes {@linkcode LICENCES} from the unpacked sources. */
export function licenceStep(unpacked: Readonly<Record<string, Step>>): Step {
  return {
    name: "licences",
    needs: Object.values(unpacked),
    inputs: () => ["wrapper/build/licences.ts"],
    actions: () => [{
      kind: "call",
      what: `collect ${PARTS.length + 1} licences in ${LICENCES}`,
      call: () => Deno.writeTextFileSync(LICENCES, collect()),
    }],
    outputs: [LICENCES],
  };
}

function collect(): string {
  const texts = PARTS.map(([name, file]) => {
    // The first line of a Debian copyright file names its format, no licence.
    const text = Deno.readTextFileSync(file).replace(/^Format: .*\n/, "");
    return `${name}\n\n${text.trim()}\n`;
  });
  const head = "Licences of what python.wasm and stdlib.wasm are made of\n";
  return [head, ...texts, COMPILER_RT].join(`\n${RULE}\n\n`);
}
