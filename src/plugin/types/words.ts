/**
 * Names and texts of a plugin as parts of TypeScript's source: nothing in them
 * can end a comment, a string or a declaration.
 *
 * @module
 */

const IDENTIFIER = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u;

/** Words that no parameter can be called. */
const RESERVED = new Set(
  ("arguments await break case catch class const continue debugger default " +
    "delete do else enum eval export extends false finally for function if " +
    "implements import in instanceof interface let new null package private " +
    "protected public return static super switch this throw true try typeof " +
    "var void while with yield").split(" "),
);

/** What a property is called: its name, or a string. */
export function propertyName(name: string): string {
  return IDENTIFIER.test(name) ? name : JSON.stringify(name);
}

/** What a parameter is called. */
export function parameterName(name: string, index: number): string {
  if (!IDENTIFIER.test(name)) return `arg${index + 1}`;
  return RESERVED.has(name) ? `${name}_` : name;
}

/** What a type is called: `Outer.Inner` is `Outer_Inner`. */
export function typeName(name: string): string {
  const word = name.replace(/[^\p{ID_Continue}$]+/gu, "_");
  return IDENTIFIER.test(word) && !RESERVED.has(word) ? word : `_${word}`;
}

/** A documentation comment, each line behind `indent`; empty for no text. */
export function docComment(text: string, indent = ""): string {
  const lines = text.trim().split(/\r\n?|[\n\u2028\u2029]/)
    .map((line) => line.trimEnd().replaceAll("*/", "*\\/"));
  const [first = "", ...rest] = lines;
  if (first === "") return "";
  if (rest.length === 0) return `${indent}/** ${first} */\n`;
  const body = lines.map((line) => `${indent} * ${line}`.trimEnd());
  return `${indent}/**\n${body.join("\n")}\n${indent} */\n`;
}

/** A note beside a type. */
export function note(text: string): string {
  const line = text.replace(/\s+/g, " ").replaceAll("*/", "* /");
  return `/* ${line.length > 60 ? `${line.slice(0, 60)}…` : line} */`;
}
