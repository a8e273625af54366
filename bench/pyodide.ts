/**
 * Run a Python file in Pyodide, the way its own documentation does in Deno.
 * It is no dependency: Deno fetches it from npm into its own cache when this
 * program is run, and nothing else imports it.
 *
 * @module
 */

/** What is used of Pyodide. */
interface Pyodide {
  setStdout(options: StreamOptions): void;
  setStderr(options: StreamOptions): void;
  runPython(source: string): unknown;
}

interface StreamOptions {
  readonly write: (chunk: Uint8Array) => number;
  readonly isatty: boolean;
}

/** The peer's version; the name is computed, so that no check fetches it. */
const PACKAGE = ["npm:pyodide", "314.0.7"].join("@");

if (import.meta.main) {
  const { loadPyodide } = await import(PACKAGE);
  const pyodide: Pyodide = await loadPyodide();
  const { stdout, stderr } = Deno;
  pyodide.setStdout({ write: (it) => stdout.writeSync(it), isatty: false });
  pyodide.setStderr({ write: (it) => stderr.writeSync(it), isatty: false });
  pyodide.runPython(Deno.readTextFileSync(Deno.args[0] ?? ""));
}
