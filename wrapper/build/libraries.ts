/**
 * Steps that compile the C libraries CPython uses, from their own sources.
 *
 * @module
 */

import { byBytes, remove } from "./files.ts";
import { type Action, BUILD, inTurn, type Step } from "./step.ts";
import { compile } from "./wasm_flags.ts";

/** One library as it is compiled and used. */
interface Library {
  /** Name of its source and of its directory. */
  readonly name: string;
  /** Name as in `-lNAME`. */
  readonly link: string;
  /** The compiler's flags besides the common ones, seen from `.build`. */
  readonly flags: readonly string[];
  /** Sources, seen from `.build`. */
  readonly sources: () => readonly string[];
  /** Public headers, seen from `.build`. */
  readonly headers: readonly string[];
}

/** What zstd is compiled with here and in the image's decoder. */
export const ZSTD_FLAGS: readonly string[] = [
  "-DZSTD_DISABLE_ASM",
  "-DZSTD_LEGACY_SUPPORT=0",
  "-DXXH_NAMESPACE=ZSTD_",
  "-DDEBUGLEVEL=0",
];

const SQLITE = "libs/sqlite";
const LZMA = "src/xz/src/liblzma";

/** Directories for `-I` that hold the public headers, seen from `.build`. */
export const HEADERS = "include";

const LIBRARIES: readonly Library[] = [
  {
    name: "zlib",
    link: "z",
    flags: ["-D_LARGEFILE64_SOURCE=1", "-DHAVE_UNISTD_H", "-DHAVE_STDARG_H"],
    sources: () => cFiles("src/zlib"),
    headers: ["src/zlib/zlib.h", "src/zlib/zconf.h"],
  },
  {
    name: "bzip2",
    link: "bz2",
    flags: ["-D_FILE_OFFSET_BITS=64"],
    sources: () =>
      [
        "blocksort",
        "bzlib",
        "compress",
        "crctable",
        "decompress",
        "huffman",
        "randtable",
      ].map((name) => `src/bzip2/${name}.c`),
    headers: ["src/bzip2/bzlib.h"],
  },
  {
    name: "xz",
    link: "lzma",
    flags: lzmaFlags(),
    sources: lzmaSources,
    headers: [`${LZMA}/api/lzma.h`, `${LZMA}/api/lzma`],
  },
  {
    name: "zstd",
    link: "zstd",
    flags: ["-O2", ...ZSTD_FLAGS],
    sources: () =>
      ["common", "compress", "decompress", "dictBuilder"]
        .flatMap((part) => cFiles(`src/zstd/lib/${part}`)),
    headers: ["zstd.h", "zdict.h", "zstd_errors.h"]
      .map((name) => `src/zstd/lib/${name}`),
  },
  {
    name: "sqlite",
    link: "sqlite3",
    flags: [
      "-Os", // half a megabyte less to load, and 3 % slower
      "-DSQLITE_THREADSAFE=0", // one instance has one thread
      "-DSQLITE_OMIT_LOAD_EXTENSION", // there is no dlopen()
      "-DSQLITE_OMIT_WAL", // which needs shared memory
      "-DSQLITE_TEMP_STORE=2", // a plugin may have no place to write to
      "-DSQLITE_ENABLE_FTS5",
      "-DSQLITE_ENABLE_MATH_FUNCTIONS",
      "-DSQLITE_ENABLE_RTREE",
    ],
    sources: () => [`${SQLITE}/sqlite3.c`],
    headers: [`${SQLITE}/sqlite3.h`],
  },
];

/** Every library as the linker wants it, seen from `depth` levels of `.build`. */
export function linkLibraries(depth: number): string[] {
  const up = "../".repeat(depth);
  return LIBRARIES.flatMap(({ name, link }) => [
    `-L${up}libs/${name}`,
    `-l${link}`,
  ]);
}

/** The archives, relative to the repository. */
export function libraryArchives(): string[] {
  return LIBRARIES.map(({ name, link }) => archive(name, link));
}

/** SQLite's amalgamation, then all libraries, then their headers. */
export function librarySteps(
  unpacked: Readonly<Record<string, Step>>,
  toolchain: readonly Step[],
): Step[] {
  const amalgamation = amalgamationStep(unpacked["sqlite"]);
  const libraries = LIBRARIES.map((library) =>
    libraryStep(library, [
      ...toolchain,
      ...need(unpacked[library.name]),
      ...(library.name === "sqlite" ? [amalgamation] : []),
    ])
  );
  const sources = LIBRARIES.flatMap(({ name }) => need(unpacked[name]));
  return [amalgamation, ...libraries, headersStep([...sources, amalgamation])];
}

/** `.c` files of a directory in `.build`, seen from there. */
export function cFiles(directory: string): string[] {
  return [...Deno.readDirSync(`${BUILD}/${directory}`)]
    .filter(({ name }) => name.endsWith(".c"))
    .map(({ name }) => `${directory}/${name}`)
    .sort(byBytes);
}

/** The one C file is made by SQLite's own tools, with the native compiler. */
function amalgamationStep(unpacked: Step | undefined): Step {
  const cwd = `${BUILD}/${SQLITE}`;
  return {
    name: "sqlite-amalgamation",
    needs: need(unpacked),
    directory: cwd,
    actions: () =>
      inTurn(
        { argv: ["../../src/sqlite/configure", "--disable-tcl"], cwd },
        { argv: ["make", "sqlite3.c", "sqlite3.h"], cwd },
      ),
    outputs: [`${cwd}/sqlite3.c`, `${cwd}/sqlite3.h`],
  };
}

function libraryStep(library: Library, needs: readonly Step[]): Step {
  const { name, link, flags, sources } = library;
  const object = (source: string) =>
    `libs/${name}/${source.replaceAll("/", "_").replace(/c$/, "o")}`;
  const output = archive(name, link);
  return {
    name: `library-${name}`,
    needs,
    actions: (): Action[] => [
      {
        kind: "run",
        commands: sources().map((source) => ({
          argv: [
            ...compile(),
            "-flto",
            ...flags,
            "-c",
            source,
            "-o",
            object(source),
          ],
          cwd: BUILD,
        })),
      },
      {
        kind: "call",
        what: `remove ${output}`, // or it would keep members of another recipe
        call: () => remove(output),
      },
      ...inTurn({
        argv: [
          "llvm-ar",
          "rcsD",
          output.slice(BUILD.length + 1),
          ...sources().map(object),
        ],
        cwd: BUILD,
      }),
    ],
    outputs: [output],
  };
}

/** All public headers in one directory, which hides everything else. */
function headersStep(needs: readonly Step[]): Step {
  const headers = LIBRARIES.flatMap((library) => library.headers);
  return {
    name: "headers",
    needs,
    directory: `${BUILD}/${HEADERS}`,
    actions: () =>
      inTurn({ argv: ["cp", "-R", ...headers, HEADERS], cwd: BUILD }),
    outputs: [`${BUILD}/${HEADERS}/zlib.h`],
  };
}

/** What xz's configure would find out, without threads. */
function lzmaFlags(): string[] {
  const codecs =
    "LZMA1 LZMA2 DELTA X86 POWERPC IA64 ARM ARMTHUMB ARM64 SPARC RISCV"
      .split(" ");
  const matchFinders = "HC3 HC4 BT2 BT3 BT4".split(" ");
  const directories = "api common check lz rangecoder lzma delta simple"
    .split(" ");
  return [
    "-DNDEBUG",
    "-DHAVE_STDBOOL_H",
    "-DHAVE__BOOL",
    "-DHAVE_STDINT_H",
    "-DHAVE_INTTYPES_H",
    "-DHAVE_VISIBILITY=0",
    "-DHAVE_ENCODERS",
    "-DHAVE_DECODERS",
    "-DHAVE_LZIP_DECODER",
    ...["CRC32", "CRC64", "SHA256"].map((name) => `-DHAVE_CHECK_${name}`),
    ...codecs.flatMap((name) => [
      `-DHAVE_ENCODER_${name}`,
      `-DHAVE_DECODER_${name}`,
    ]),
    ...matchFinders.map((name) => `-DHAVE_MF_${name}`),
    "-DTUKLIB_SYMBOL_PREFIX=lzma_",
    "-DTUKLIB_FAST_UNALIGNED_ACCESS",
    "-DASSUME_RAM=128",
    "-DSIZEOF_SIZE_T=4",
    "-Isrc/xz/src/common",
    ...directories.map((name) => `-I${LZMA}/${name}`),
  ];
}

function lzmaSources(): string[] {
  const parts = "common check lz lzma rangecoder delta simple".split(" ");
  // Threads, programs that print tables, and variants of what is there.
  const others =
    /_mt\.c$|outqueue|hardware_cputhreads|tablegen|crc(32|64)_(small|x86)/;
  return [
    "src/xz/src/common/tuklib_physmem.c",
    ...parts.flatMap((part) => cFiles(`${LZMA}/${part}`))
      .filter((path) => !others.test(path)),
  ];
}

function archive(name: string, link: string): string {
  return `${BUILD}/libs/${name}/lib${link}.a`;
}

function need(step: Step | undefined): Step[] {
  return step === undefined ? [] : [step];
}
