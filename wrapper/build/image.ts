/**
 * Steps that make the standard library's image.
 *
 * @module
 */

import { BuildError } from "./build_error.ts";
import { CROSS, NATIVE } from "./cpython.ts";
import { byBytes, emptyDirectory, listFiles } from "./files.ts";
import { loadEncoder, packImage } from "./image_pack.ts";
import {
  chosenSources,
  imageGroups,
  ORDER_FILE,
  STARTED_FILE,
} from "./image_tree.ts";
import { cFiles, ZSTD_FLAGS } from "./libraries.ts";
import { CPYTHON } from "./sources.ts";
import { BUILD, inTurn, type Step } from "./step.ts";
import { compile } from "./wasm_flags.ts";

/** The image, relative to the repository. */
export const STDLIB_WASM = `${BUILD}/out/stdlib.wasm`;

/** The guest's Python part, which lies beside the standard library. */
const GUEST_PYTHON = "wrapper/python";
/** What the image is made of, as a directory. */
export const TREE = `${BUILD}/image/tree`;
/** The modules to compile, one in a line. */
const MODULES = `${BUILD}/image/modules.txt`;
const DECODER = `${BUILD}/image/decoder.wasm`;
const ENCODER = `${BUILD}/image/encoder.wasm`;
/** What stands for this machine's paths in sysconfig's data. */
const NOWHERE = "/build";

/** From CPython's `Lib/` and the guest's Python part to `stdlib.wasm`. */
export function imageSteps(
  toolchain: readonly Step[],
  unpacked: Readonly<Record<string, Step>>,
  native: Step,
  cross: Step,
): Step[] {
  const zstd = unpacked["zstd"];
  const tools = [...toolchain, ...(zstd === undefined ? [] : [zstd])];
  const decoder = toolStep("decoder", DECODER, tools, decoderSources, [
    // With both variants of zstd's loops it is 20 KB larger, and decodes what
    // 50 imports need in 28 ms instead of 34, its own compilation included.
    "-O2",
  ]);
  const encoder = toolStep("encoder", ENCODER, tools, encoderSources, []);
  const tree = treeStep([native, cross]);
  return [decoder, encoder, tree, packStep([decoder, encoder, tree])];
}

/** zstd's frame decoder and nothing else: it is part of the image. */
function decoderSources(): string[] {
  const common = [
    "entropy_common",
    "error_private",
    "fse_decompress",
    "xxhash",
    "zstd_common",
  ];
  return [
    ...common.map((name) => `src/zstd/lib/common/${name}.c`),
    ...cFiles("src/zstd/lib/decompress"),
  ];
}

function encoderSources(): string[] {
  return ["common", "compress"].flatMap((part) =>
    cFiles(`src/zstd/lib/${part}`)
  );
}

function toolStep(
  name: string,
  output: string,
  needs: readonly Step[],
  sources: () => readonly string[],
  flags: readonly string[],
): Step {
  const source = `wrapper/image/${name}.c`;
  return {
    name: `image-${name}`,
    needs,
    inputs: () => [source],
    actions: () =>
      inTurn({
        argv: [
          ...compile(),
          "-flto",
          "-std=c17",
          "-Wall",
          "-Wextra",
          "-Werror",
          ...ZSTD_FLAGS,
          ...flags,
          "-DZSTD_STRIP_ERROR_STRINGS=1",
          "-DZSTD_NO_TRACE",
          "-Isrc/zstd/lib",
          `../${source}`,
          ...sources(),
          "-mexec-model=reactor",
          "-Wl,--gc-sections",
          "-Wl,--strip-all",
          "-Wl,--lto-O2",
          "-o",
          output.slice(BUILD.length + 1),
        ],
        cwd: BUILD,
      }),
    outputs: [output],
  };
}

/** The image as a directory: sources, and the code compiled from them. */
function treeStep(needs: readonly Step[]): Step {
  return {
    name: "image-tree",
    needs,
    inputs: () => [
      ...guestModules().map((name) => `${GUEST_PYTHON}/${name}`),
      "wrapper/build/compile_stdlib.py",
      "wrapper/build/image.ts",
      "wrapper/build/image_tree.ts",
    ],
    actions: () => [
      {
        kind: "call",
        what: `copy the standard library to ${TREE}`,
        call: fillTree,
      },
      ...inTurn({
        argv: [
          `${NATIVE}/python`,
          "-I",
          "-S",
          "-B",
          "wrapper/build/compile_stdlib.py",
          TREE,
        ],
        cwd: ".",
        stdin: MODULES,
      }),
    ],
    outputs: [`${TREE}/__pycache__/os.cpython-314.pyc`, MODULES],
  };
}

function packStep(needs: readonly Step[]): Step {
  return {
    name: "image-pack",
    needs,
    inputs: () => [
      "src/runtime/stdlib_image.ts",
      ORDER_FILE,
      STARTED_FILE,
      "wrapper/build/image_pack.ts",
      "wrapper/build/image_tree.ts",
    ],
    actions: () => [{
      kind: "call",
      what: `compress ${TREE} into ${STDLIB_WASM}`,
      call: async () => {
        const encoder = await WebAssembly.compile(
          await Deno.readFile(ENCODER),
        );
        const image = packImage(
          await Deno.readFile(DECODER),
          imageGroups(TREE),
          loadEncoder(encoder),
        );
        await Deno.writeFile(STDLIB_WASM, image);
      },
    }],
    outputs: [STDLIB_WASM],
  };
}

function fillTree(): void {
  emptyDirectory(TREE);
  const own = new Set(guestModules()); // one takes the place of CPython's
  const library = chosenSources(`${CPYTHON}/Lib`).filter((p) => !own.has(p));
  for (const path of library) place(path, `${CPYTHON}/Lib/${path}`);
  for (const path of guestModules()) place(path, `${GUEST_PYTHON}/${path}`);
  const data = placeSysconfigData();
  const modules = [...library, ...guestModules(), data].sort(byBytes);
  Deno.writeTextFileSync(MODULES, modules.join("\n"));
}

/** sysconfig's data tell how CPython was built, but not where. */
function placeSysconfigData(): string {
  const directory = `${CROSS}/${
    Deno.readTextFileSync(`${CROSS}/pybuilddir.txt`)
  }`;
  const [name] = listFiles(directory).filter((path) =>
    /^_sysconfigdata_.*\.py$/.test(path)
  );
  if (name === undefined) {
    throw new BuildError(
      `Cannot find _sysconfigdata in ${directory}: build.ts clean, then build`,
    );
  }
  const text = Deno.readTextFileSync(`${directory}/${name}`);
  Deno.writeTextFileSync(
    `${TREE}/${name}`,
    text.replaceAll(`${Deno.cwd()}/${BUILD}`, NOWHERE),
  );
  return name;
}

function place(path: string, from: string): void {
  const target = `${TREE}/${path}`;
  Deno.mkdirSync(target.slice(0, target.lastIndexOf("/")), { recursive: true });
  Deno.copyFileSync(from, target);
}

function guestModules(): string[] {
  return listFiles(GUEST_PYTHON).filter((path) => path.endsWith(".py"));
}
