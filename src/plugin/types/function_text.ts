/**
 * From a function of the plugin's to the methods that call it.
 *
 * @module
 */

import { type CallForm, callForms } from "./call_forms.ts";
import type { Parameter, Signature, TypeNode } from "./description.ts";
import type { TypeText } from "./type_text.ts";
import { parameterName, propertyName } from "./words.ts";

/** The call signatures of a function, without its name: `(a: number): Promise<string>`. */
export function callSignatures(
  signatures: readonly Signature[],
  types: TypeText,
): string[] {
  const texts = signatures.flatMap((signature) => {
    const scoped = types.within(signature.variables);
    const variables = scoped.variables(signature.variables);
    const result = resultText(signature.result, scoped);
    return callForms(signature).map((form) =>
      `${variables}(${argumentsText(form, scoped)}): ${result}`
    );
  });
  return [...new Set(texts)];
}

/** Every call is a promise, and a promise of a promise is one. */
function resultText(result: TypeNode, types: TypeText): string {
  const value = result.kind === "awaitable" ? result.item : result;
  return `Promise<${types.of(value, "out")}>`;
}

function argumentsText(form: CallForm, types: TypeText): string {
  const names = new Set<string>();
  const positional = form.positional.map((parameter, index) => {
    const name = unusedName(parameterName(parameter.name, index), names);
    const mark = index < form.required ? "" : "?";
    return `${name}${mark}: ${types.of(parameter.type, "in")}`;
  });
  const { rest, keywords } = form;
  const more = rest && types.of(rest.type, "in");
  const restName = rest &&
    unusedName(parameterName(rest.name, positional.length), names);
  const keywordsText = keywords && keywordArguments(keywords, types);
  const keywordsName = unusedName("kwargs", names);
  if (more === undefined) {
    return [
      ...positional,
      ...(keywordsText ? [`${keywordsName}: ${keywordsText}`] : []),
    ].join(", ");
  }
  const restText = `...${restName}: ${
    more.includes(" ") ? `(${more})` : more
  }[]`;
  return keywordsText === undefined
    ? [...positional, restText].join(", ")
    : `...args: [${
      [...positional, restText, `${keywordsName}: ${keywordsText}`].join(", ")
    }]`;
}

/** `KeywordArguments<{ by: number }>`; `**kwargs` may have any other name. */
function keywordArguments(
  keywords: readonly Parameter[],
  types: TypeText,
): string {
  const others = keywords.find(({ kind }) => kind === "keywords");
  const named = keywords.filter((each) => each !== others);
  const fields = named.map(({ name, required, type }) =>
    `${propertyName(name)}${required ? "" : "?"}: ${types.of(type, "in")}`
  );
  if (others !== undefined) {
    fields.push(`[name: string]: ${indexText(named, others, types)}`);
  }
  types.imported("KeywordArguments");
  return `KeywordArguments<{ ${fields.join("; ")} }>`;
}

/** An index signature must allow what the named properties are. */
function indexText(
  named: readonly Parameter[],
  others: Parameter,
  types: TypeText,
): string {
  const members = [others, ...named].map(({ type }) => type);
  const text = types.of({ kind: "union", members }, "in");
  const optional = named.some(({ required }) => !required);
  return optional && text !== "unknown" ? `${text} | undefined` : text;
}

function unusedName(name: string, taken: Set<string>): string {
  let unused = name;
  while (taken.has(unused)) unused += "_";
  taken.add(unused);
  return unused;
}
