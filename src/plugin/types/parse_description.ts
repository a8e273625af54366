/**
 * What a plugin says of itself, parsed: it comes from the guest, and only what
 * has the right shape travels on.
 *
 * @module
 */

import { PluginError } from "../../errors.ts";
import {
  type Declaration,
  type Description,
  type Field,
  ITEM_KINDS,
  type Literal,
  type Member,
  PARAMETER_KINDS,
  type Signature,
  type TypeNode,
  type Variable,
} from "./description.ts";

/**
 * Read the answer of `_py_plugin_types.describe()`.
 *
 * @throws {PluginError} When it is no description: a plugin can change any Python
 * code that runs beside it.
 */
export function parseDescription(answer: unknown): Description {
  const parts = object(answer);
  return {
    doc: text(parts["doc"]),
    members: list(parts["members"], member),
    values: list(parts["values"], (value) => {
      const { name, type } = object(value);
      return { name: text(name), type: node(type) };
    }),
    types: list(parts["types"], declaration),
  };
}

function member(value: unknown): Member {
  const { name, doc, signatures, members } = object(value);
  return {
    name: text(name),
    doc: text(doc),
    signatures: list(signatures, signature),
    members: members === undefined ? [] : list(members, member),
  };
}

function signature(value: unknown): Signature {
  const { params, result, variables } = object(value);
  return {
    params: list(params, (value) => {
      const { name, kind, type, required } = object(value);
      return {
        name: text(name),
        kind: oneOf(PARAMETER_KINDS, kind),
        type: node(type),
        required: required === true,
      };
    }),
    result: node(result),
    variables: list(variables, variable),
  };
}

function variable(value: unknown): Variable {
  const { name, bound, constraints } = object(value);
  return {
    name: text(name),
    bound: bound === null ? null : node(bound),
    constraints: list(constraints, node),
  };
}

function declaration(value: unknown): Declaration {
  const parts = object(value);
  const { kind, variables } = parts;
  const named = {
    key: text(parts["key"]),
    name: text(parts["name"]),
    doc: text(parts["doc"]),
  };
  switch (kind) {
    case "record":
      return {
        ...named,
        kind,
        variables: list(variables, variable),
        fields: list(parts["fields"], field),
      };
    case "alias":
      return {
        ...named,
        kind,
        variables: list(variables, variable),
        type: node(parts["type"]),
      };
    case "enum":
      return { ...named, kind, values: list(parts["values"], node) };
    case "class":
      return { ...named, kind };
    default:
      throw wrong(kind);
  }
}

function field(value: unknown): Field {
  const { name, type, input, output, required, always } = object(value);
  return {
    name: text(name),
    type: node(type),
    input: input === true,
    output: output === true,
    required: required === true,
    always: always === true,
  };
}

function node(value: unknown): TypeNode {
  const parts = object(value);
  const { kind } = parts;
  switch (kind) {
    case "any":
    case "none":
    case "never":
      return { kind };
    case "scalar":
    case "variable":
    case "object":
      return { kind, name: text(parts["name"]) };
    case "unknown":
      return { kind, text: text(parts["text"]) };
    case "literal":
      return { kind, value: literal(parts["value"]) };
    case "union":
      return { kind, members: list(parts["members"], node) };
    case "dict":
    case "mapping":
      return { kind, key: node(parts["key"]), value: node(parts["value"]) };
    case "tuple": {
      const { items, rest } = parts;
      return {
        kind,
        items: list(items, node),
        rest: rest === null ? null : node(rest),
      };
    }
    case "callable": {
      const { params, result } = parts;
      return {
        kind,
        params: params === null ? null : list(params, node),
        result: node(result),
      };
    }
    case "ref":
      return { kind, key: text(parts["key"]), args: list(parts["args"], node) };
    default:
      return { kind: oneOf(ITEM_KINDS, kind), item: node(parts["item"]) };
  }
}

function object(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null) throw wrong(value);
  return value as Record<string, unknown>;
}

function list<T>(value: unknown, read: (item: unknown) => T): T[] {
  if (!Array.isArray(value)) throw wrong(value);
  return value.map((item) => read(item));
}

function text(value: unknown): string {
  if (typeof value !== "string") throw wrong(value);
  return value;
}

function literal(value: unknown): Literal {
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
      return value;
    default:
      throw wrong(value);
  }
}

function oneOf<T extends string>(words: readonly T[], value: unknown): T {
  const word = words.find((word) => word === value);
  if (word === undefined) throw wrong(value);
  return word;
}

function wrong(value: unknown): PluginError {
  const shown = typeof value === "object" ? "an object" : String(value);
  return new PluginError(
    `Cannot tell the plugin's types: it describes itself with ${shown} in a wrong place`,
    { fault: "plugin" },
  );
}
