/**
 * Run a Python file in Pyodide, the way its own documentation does in Deno:
 * `pyodide.ts FILE [READ …]`. What is read, a file or a folder of files, is
 * copied into its file system first.
 *
 * @module
 */

import { PYODIDE } from "./packages.ts";

/** What is used of Pyodide. */
interface Pyodide {
  readonly FS: {
    mkdirTree(path: string): void;
    writeFile(path: string, bytes: Uint8Array): void;
  };
  setStdout(options: StreamOptions): void;
  setStderr(options: StreamOptions): void;
  runPython(source: string): unknown;
}

interface StreamOptions {
  readonly write: (chunk: Uint8Array) => number;
  readonly isatty: boolean;
}

function filesAt(path: string): string[] {
  if (!Deno.statSync(path).isDirectory) return [path];
  return [...Deno.readDirSync(path)].filter(({ isFile }) => isFile)
    .map(({ name }) => `${path}/${name}`);
}

if (import.meta.main) {
  const { loadPyodide } = await import(PYODIDE);
  const pyodide: Pyodide = await loadPyodide();
  const { stdout, stderr } = Deno;
  pyodide.setStdout({ write: (it) => stdout.writeSync(it), isatty: false });
  pyodide.setStderr({ write: (it) => stderr.writeSync(it), isatty: false });
  const [file = "", ...reads] = Deno.args;
  for (const path of reads.flatMap(filesAt)) {
    pyodide.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    pyodide.FS.writeFile(path, Deno.readFileSync(path));
  }
  pyodide.runPython(`import sys; sys.argv = ${JSON.stringify(Deno.args)}`);
  pyodide.runPython(Deno.readTextFileSync(file));
}
