import fc from "fast-check";
import { editedText } from "./edits.ts";

/** Where Python to change lies; CPython's own tests when they are unpacked. */
const PLACES = ["plugins", "wrapper/python", ".build/src/cpython/Lib/test"];
/** Lines of one piece: to compile it takes a millisecond. */
const LINES = 40;
const FILES = 150;

const WORDS = [
  ..."( ) [ ] { } : = , . * ** @ -> := | ^ ~ != \\ \n \t \0 \f #".split(" "),
  ..."if else for while def class lambda try except finally with".split(" "),
  ..."yield await async match case global nonlocal del import from".split(" "),
  ..."return raise None True 0 1e999 0x 1_ ''' \"\"\" f' t' b' {".split(" "),
  "\n    ",
  "\n        ",
  "(".repeat(90),
  "[".repeat(250),
  "-".repeat(500),
  "not ".repeat(500),
  "\ud800",
  "é",
  "# coding: utf-7\n",
];

/**
 * Python with a few changes.
 *
 * @param places Directories of the repository; those that are there are used.
 * @returns Pieces of their files, changed in up to four places.
 */
export async function changedPython(
  places: readonly string[] = PLACES,
): Promise<fc.Arbitrary<string>> {
  const texts: string[] = [];
  for (const place of places) {
    for (const path of await pythonFiles(place)) {
      texts.push(await Deno.readTextFile(path));
    }
  }
  const pieces = texts.flatMap(piecesOf);
  return editedText(fc.constantFrom(...pieces), WORDS);
}

async function pythonFiles(place: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(place)) {
      const path = `${place}/${name}`;
      if (name.endsWith(".py")) found.push(path);
      else if (isDirectory && place === "plugins") {
        found.push(...await pythonFiles(path));
      }
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort().slice(0, FILES);
}

function piecesOf(text: string): string[] {
  const lines = text.split("\n");
  const pieces: string[] = [];
  for (let at = 0; at < lines.length; at += LINES) {
    pieces.push(lines.slice(at, at + LINES).join("\n"));
  }
  return pieces;
}
