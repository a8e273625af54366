/**
 * From what a plugin says of itself to the text of a `.d.ts`.
 *
 * @module
 */

import { DeclaredNames, type Wanted } from "./declared_names.ts";
import type { Description, Field, Member } from "./description.ts";
import { callSignatures } from "./function_text.ts";
import { type Direction, TypeText } from "./type_text.ts";
import { docComment, note, propertyName } from "./words.ts";

/** How declarations are written. */
export interface DeclarationStyle {
  /** What the plugin is called in the head of the file. */
  readonly title: string;
  /** What the file imports this package as. */
  readonly specifier: string;
  /** The type of an `int`. */
  readonly int: string;
}

/** Write the types of a plugin. */
export function declarationsText(
  { doc, members, values, types }: Description,
  { title, specifier, int }: DeclarationStyle,
): string {
  const names = new DeclaredNames(types, int);
  const writer = new TypeText(names);
  const api = apiText(members, writer);
  const read = values.length === 0 ? "" : valuesText(values, writer);
  const declared: string[] = [];
  // What is written may ask for more: the iterator sees it.
  for (const each of names.wanted()) {
    declared.push(declarationText(each, writer));
  }
  const { imports } = names;
  return "// deno-fmt-ignore-file\n" + [
    docComment(headOf(title, doc)),
    imports.length === 0
      ? ""
      : `import type { ${imports.join(", ")} } from ${
        JSON.stringify(specifier)
      };\n`,
    api,
    read,
    ...declared,
  ].filter((part) => part !== "").join("\n");
}

function headOf(title: string, doc: string): string {
  return `The types of ${title}, for \`plugin.as<Api>()\`.

Written by \`py-plugin types\`: change the plugin, not this file.${
    doc === "" ? "" : `\n\n${doc}`
  }\n\n@module`;
}

function apiText(members: readonly Member[], types: TypeText): string {
  return `/** The plugin's functions, as the host calls them. */
export interface Api {
${members.map((member) => memberText(member, types, "  ")).join("")}}
`;
}

function memberText(member: Member, types: TypeText, indent: string): string {
  const { name, doc, signatures, members } = member;
  // A view with a `then` would be a promise.
  if (name === "then") return `${indent}// then() can be called by name only\n`;
  const calls = callSignatures(signatures, types);
  const comment = docComment(doc, indent);
  if (members.length === 0) {
    return calls.map((call) =>
      `${comment}${indent}${propertyName(name)}${call};\n`
    ).join("");
  }
  const inside = [
    ...calls.map((call) => `${indent}  ${call};\n`),
    ...members.map((each) => memberText(each, types, `${indent}  `)),
  ];
  return `${comment}${indent}readonly ${propertyName(name)}: {\n${
    inside.join("")
  }${indent}};\n`;
}

function valuesText(
  values: Description["values"],
  types: TypeText,
): string {
  const fields = values.map(({ name, type }) =>
    `  ${propertyName(name)}: ${types.of(type, "out")};\n`
  );
  return `/** Values of its module, for \`plugin.get()\`. */
export interface Values {
${fields.join("")}}
`;
}

function declarationText(
  { declaration, direction, name }: Wanted,
  types: TypeText,
): string {
  const doc = docComment(
    direction === "in"
      ? `What can be passed for ${note(declaration.name).slice(3, -3)}.`
      : declaration.doc,
  );
  switch (declaration.kind) {
    case "record": {
      const scoped = types.within(declaration.variables);
      const variables = scoped.variables(declaration.variables);
      const fields = declaration.fields
        .map((field) => fieldText(field, direction, scoped)).join("");
      return `${doc}export interface ${name}${variables} {\n${fields}}\n`;
    }
    case "alias": {
      const scoped = types.within(declaration.variables);
      const variables = scoped.variables(declaration.variables);
      const text = scoped.of(declaration.type, direction);
      return `${doc}export type ${name}${variables} = ${text};\n`;
    }
    case "enum": {
      const members = declaration.values;
      const text = types.of({ kind: "union", members }, direction);
      return `${doc}export type ${name} = ${text};\n`;
    }
    case "class":
      types.imported("PyObject");
      return `${doc}export type ${name} = PyObject;\n`;
    default:
      return declaration satisfies never;
  }
}

function fieldText(field: Field, direction: Direction, types: TypeText) {
  const there = direction === "in" ? field.input : field.output;
  if (!there) return "";
  const sure = direction === "in" ? field.required : field.always;
  const type = types.of(field.type, direction);
  return `  ${propertyName(field.name)}${sure ? "" : "?"}: ${type};\n`;
}
