/**
 * Which of CPython's test modules are run.
 *
 * @module
 */

/** A module, and where its `/tmp` lies. */
export interface Case {
  /** As below `Lib/test`: `test_os`, `test_asyncio`. */
  readonly module: string;
  /** `/tmp` is in memory or a directory of the host's. */
  readonly kind: "memory" | "host";
}

/**
 * The tests of the language and of what nearly every plugin uses; of asyncio
 * those that need no sockets and no threads.
 */
const CORE = [
  "test_builtin",
  "test_dict",
  "test_list",
  "test_tuple",
  "test_set",
  "test_str",
  "test_bytes",
  "test_bool",
  "test_int",
  "test_float",
  "test_complex",
  "test_long",
  "test_re",
  "test_json",
  "test_datetime",
  "test_decimal",
  "test_fractions",
  "test_math",
  "test_collections",
  "test_itertools",
  "test_functools",
  "test_generators",
  "test_coroutines",
  "test_contextlib",
  "test_exceptions",
  "test_exception_group",
  "test_traceback",
  "test_dataclasses",
  "test_enum",
  "test_typing",
  "test_struct",
  "test_zlib",
  "test_bz2",
  "test_lzma",
  "test_zstd",
  "test_hashlib",
  "test_base64",
  "test_csv",
  "test_sqlite3",
  "test_pickle",
  "test_copy",
  "test_heapq",
  "test_random",
  "test_statistics",
  "test_string",
  "test_textwrap",
  "test_unicodedata",
  "test_xml_etree",
  "test_tomllib",
  "test_zoneinfo",
  "test_import",
  "test_importlib",
  "test_pkgutil",
  "test_ast",
  "test_grammar",
  "test_patma",
  "test_asyncio.test_context",
  "test_asyncio.test_eager_task_factory",
  "test_asyncio.test_futures2",
  "test_asyncio.test_graph",
  "test_asyncio.test_locks",
  "test_asyncio.test_pep492",
  "test_asyncio.test_protocols",
  "test_asyncio.test_queues",
  "test_asyncio.test_runners",
  "test_asyncio.test_staggered",
  "test_asyncio.test_taskgroups",
  "test_asyncio.test_timeouts",
  "test_asyncio.test_transports",
  "test_asyncio.test_waitfor",
] as const;

/** The tests that are about files, or keep something in them. */
const FILES = [
  "test_os",
  "test_posix",
  "test_posixpath",
  "test_genericpath",
  "test_pathlib",
  "test_shutil",
  "test_tempfile",
  "test_fileio",
  "test_io",
  "test_file",
  "test_largefile",
  "test_fileinput",
  "test_filecmp",
  "test_glob",
  "test_fnmatch",
  "test_stat",
  "test_linecache",
  "test_zipfile",
  "test_tarfile",
  "test_gzip",
  "test_sqlite3",
  "test_mailbox",
  "test_dbm_dumb",
  "test_shelve",
  "test_configparser",
  "test_csv",
] as const;

/** The sets that there are. */
export type Selection = "core" | "files" | "all";

/**
 * The modules of a set.
 *
 * @param selection Which one; without it, `core` and `files`.
 * @param tests `Lib/test` of CPython's source.
 * @returns What to run, each once.
 */
export function selected(
  selection: Selection | undefined,
  tests: string,
): Case[] {
  switch (selection) {
    case "core":
      return inMemory(CORE);
    case "files":
      return onBoth(FILES);
    case "all":
      return inMemory(allModules(tests));
    case undefined: {
      const files = onBoth(FILES);
      const others = CORE.filter((name) =>
        !FILES.some((file) => file === name)
      );
      return [...inMemory(others), ...files];
    }
    default:
      throw new RangeError(`No set "${selection satisfies never}"`);
  }
}

/**
 * Some modules by name, with `/tmp` in memory and on the host.
 *
 * @param names The modules.
 * @returns What to run.
 */
export function onBoth(names: readonly string[]): Case[] {
  return names.flatMap((module): Case[] => [
    { module, kind: "memory" },
    { module, kind: "host" },
  ]);
}

function inMemory(names: readonly string[]): Case[] {
  return names.map((module) => ({ module, kind: "memory" }));
}

/** Every `test_*.py` and every package `test_*`, as one module each. */
function allModules(tests: string): string[] {
  return [...Deno.readDirSync(tests)]
    .filter(({ name, isFile }) =>
      name.startsWith("test_") && (!isFile || name.endsWith(".py"))
    )
    .map(({ name }) => name.replace(/\.py$/, ""))
    .sort();
}
