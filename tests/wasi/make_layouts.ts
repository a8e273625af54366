/**
 * Asks the C compiler for the numbers of preview 1, and writes
 * `layouts.json` beside this file. Needs clang with a wasi-libc:
 *
 * ```sh
 * deno run -A tests/wasi/make_layouts.ts SYSROOT RESOURCE_DIR [CLANG]
 * ```
 *
 * The program that prints them runs under this very host.
 *
 * @module
 */

import { Context } from "../../src/wasi/mod.ts";

/** The structs of `wasi/wasip1.h`, and the fields that `abi.ts` names. */
const STRUCTS: Readonly<Record<string, readonly string[]>> = {
  iovec: ["buf", "buf_len"],
  ciovec: ["buf", "buf_len"],
  dirent: ["d_next", "d_ino", "d_namlen", "d_type"],
  fdstat: [
    "fs_filetype",
    "fs_flags",
    "fs_rights_base",
    "fs_rights_inheriting",
  ],
  filestat: [
    "dev",
    "ino",
    "filetype",
    "nlink",
    "size",
    "atim",
    "mtim",
    "ctim",
  ],
  event: [
    "userdata",
    "error",
    "type",
    "fd_readwrite.nbytes",
    "fd_readwrite.flags",
  ],
  subscription: [
    "userdata",
    "u.tag",
    "u.u.clock.id",
    "u.u.clock.timeout",
    "u.u.clock.precision",
    "u.u.clock.flags",
    "u.u.fd_read.file_descriptor",
    "u.u.fd_write.file_descriptor",
  ],
  prestat: ["tag", "u.dir.pr_name_len"],
};

const HEADER = "include/wasm32-wasip1/wasi/wasip1.h";

async function main([sysroot, resources, clang = "clang-19"]: string[]) {
  if (sysroot === undefined || resources === undefined) {
    throw new TypeError("Usage: make_layouts.ts SYSROOT RESOURCE_DIR [CLANG]");
  }
  const header = await Deno.readTextFile(`${sysroot}/${HEADER}`);
  const source = program(constants(header));
  const module = await compile(source, [
    clang,
    "--target=wasm32-wasip1",
    `--sysroot=${sysroot}`,
    `-resource-dir=${resources}`,
  ]);
  const layouts = JSON.parse(run(module));
  await Deno.writeTextFile(
    new URL("layouts.json", import.meta.url),
    `${JSON.stringify(layouts, null, 2)}\n`,
  );
}

/** The names of all constants in a header, without `__WASI_`. */
function constants(header: string): string[] {
  const defined = header.matchAll(/^#define __WASI_([A-Z0-9_]+)\b(?!\()/gm);
  return [...defined].map(([, name = ""]) => name);
}

/** A C program that prints all numbers as JSON. */
function program(names: readonly string[]): string {
  const fields = Object.entries(STRUCTS).map(([struct, fields]) =>
    `  printf("\\"${struct}\\": {");\n` +
    fields.map((field) =>
      `  printf("\\"${field}\\": %zu, ", ` +
      `offsetof(__wasi_${struct}_t, ${field}));\n`
    ).join("") +
    `  printf("\\"sizeof\\": %zu}, ", sizeof(__wasi_${struct}_t));\n`
  );
  const values = names.map((name) =>
    `  printf(", \\"${name}\\": %llu", (unsigned long long)__WASI_${name});\n`
  );
  return "#include <stddef.h>\n#include <stdio.h>\n#include <wasi/api.h>\n" +
    `int main(void)\n{\n  printf("{\\"structs\\": {");\n${fields.join("")}` +
    `  printf("\\"_\\": {}}, \\"constants\\": {\\"_\\": 0");\n` +
    `${values.join("")}  printf("}}");\n  return 0;\n}\n`;
}

async function compile(
  source: string,
  [clang = "", ...flags]: string[],
): Promise<WebAssembly.Module> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/layouts.c`, source);
    const { success, stderr } = await new Deno.Command(clang, {
      args: [...flags, `${folder}/layouts.c`, "-o", `${folder}/layouts.wasm`],
    }).output();
    if (!success) {
      throw new Error(`Cannot compile: ${new TextDecoder().decode(stderr)}`);
    }
    const bytes = await Deno.readFile(`${folder}/layouts.wasm`);
    return await WebAssembly.compile(bytes);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function run(module: WebAssembly.Module): string {
  let text = "";
  const decoder = new TextDecoder();
  const context = new Context({
    stdout: (chunk) => text += decoder.decode(chunk, { stream: true }),
  });
  const instance = new WebAssembly.Instance(module, {
    "wasi_snapshot_preview1": context.imports,
  });
  context.start(instance);
  return text;
}

if (import.meta.main) await main(Deno.args);
