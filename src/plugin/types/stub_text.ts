/**
 * From what a host offers to the stubs of the module `host`.
 *
 * @module
 */

import { STUB_HEAD } from "../host_stubs.ts";
import type {
  HostEntry,
  HostParameter,
  HostRecord,
  HostShape,
  HostSignature,
  HostType,
} from "./host_shape.ts";
import { pythonString, PythonText, RECORDS } from "./python_text.ts";

/** Stubs: paths below the directory of stubs, and their text. */
export type Stubs = Readonly<Record<string, string>>;

/** Whether the functions of a module wait, or give what can be awaited. */
type Manner = "waits" | "awaitable";

/** Write the stubs. */
export function stubsOf(shape: HostShape): Stubs {
  const entries = shape.entries.filter(isName);
  const stubs: Record<string, string> = {};
  addModule(stubs, {
    name: "host",
    doc: shape.doc || "What the host offers to this plugin.",
    entries,
    manner: "waits",
    more: HOST_ERROR,
  });
  if (!entries.some(({ name }) => name === "aio")) {
    addModule(stubs, {
      name: "host.aio",
      doc: "The same, with functions to await.",
      entries,
      manner: "awaitable",
    });
  }
  stubs["host/_types.pyi"] = recordsText(shape.records);
  return stubs;
}

const HOST_ERROR = `class HostError(Exception):
    """An error that a function of the host's threw."""

    name: str
    message: str
    def __init__(self, name: str, message: str) -> None: ...
`;

interface Module {
  readonly name: string;
  readonly doc: string;
  readonly entries: readonly HostEntry[];
  readonly manner: Manner;
  readonly more?: string;
}

function addModule(stubs: Record<string, string>, module: Module): void {
  const { name, doc, entries, manner, more } = module;
  const text = new PythonText(name, entries.map((entry) => entry.name));
  const inner = entries.filter((entry) => entry.kind === "namespace");
  const parts = entries.map((entry) => entryText(entry, manner, text));
  const submodules = inner.map((each) =>
    `from ${name} import ${each.name} as ${each.name}\n`
  );
  const body = [
    docString(doc, ""),
    `${text.imports}${submodules.join("")}`,
    more ?? "",
    ...parts,
  ];
  const path = `${name.replaceAll(".", "/")}/__init__.pyi`;
  stubs[path] = STUB_HEAD + body.filter((part) => part !== "").join("\n");
  for (const each of inner) {
    addModule(stubs, {
      name: `${name}.${each.name}`,
      doc: each.doc,
      entries: each.entries.filter(isName),
      manner,
    });
  }
}

function entryText(
  entry: HostEntry,
  manner: Manner,
  text: PythonText,
): string {
  switch (entry.kind) {
    case "namespace":
      return "";
    case "value":
      return `${entry.name}: ${text.of(entry.type, "give")}\n${
        docString(entry.doc, "")
      }`;
    case "function":
      return functionText(entry, manner, text);
    default:
      return entry satisfies never;
  }
}

type FunctionEntry = Extract<HostEntry, { kind: "function" }>;

/** One that may be asynchronous has the spelling `f.aio()` as well. */
function functionText(
  { name, doc, signature }: FunctionEntry,
  manner: Manner,
  text: PythonText,
): string {
  const { result } = signature;
  const value = result.kind === "promise" ? result.item : result;
  if (manner === "awaitable") {
    return `async def ${defText(name, signature, value, text)}${body(doc, "")}`;
  }
  if (result.kind !== "promise" && result.kind !== "any") {
    return `def ${defText(name, signature, value, text)}${body(doc, "")}`;
  }
  const self = { ...signature, self: true };
  return `class _${name}:\n    def ${defText("__call__", self, value, text)}${
    body(doc, "    ")
  }    async def ${defText("aio", self, value, text)}${body(doc, "    ")}
${name}: _${name}
${docString(doc, "")}`;
}

function body(doc: string, indent: string): string {
  return doc === "" ? " ...\n" : `\n${docString(doc, `${indent}    `)}`;
}

/** `name[T](key: str, /, *, ttl: float = ...) -> str:` */
function defText(
  name: string,
  signature: HostSignature & { readonly self?: boolean },
  result: HostType,
  text: PythonText,
): string {
  const { variables, positional, rest, keywords, self } = signature;
  const params = self ? ["self"] : [];
  for (const each of positional) params.push(parameter(each, text));
  if (positional.length > 0 || self) params.push("/");
  if (rest !== undefined) {
    params.push(`*${safeName(rest.name)}: ${text.of(rest.type, "take")}`);
  } else if (keywords.length > 0) params.push("*");
  for (const each of keywords) {
    params.push(
      each.name.startsWith("**")
        ? `${each.name}: ${text.of(each.type, "take")}`
        : parameter(each, text),
    );
  }
  const generic = variables.length === 0 ? "" : `[${variables.join(", ")}]`;
  return `${name}${generic}(${params.join(", ")}) -> ${
    text.of(result, "give")
  }:`;
}

function parameter(
  { name, type, optional }: HostParameter,
  text: PythonText,
): string {
  const said = `${safeName(name)}: ${text.of(type, "take")}`;
  return optional ? `${said} = ...` : said;
}

/** The module that is there for type checkers only. */
function recordsText(records: readonly HostRecord[]): string {
  const text = new PythonText(RECORDS, records.map(({ name }) => name));
  const iterator = iteratorText(text);
  const classes = records.map((record) => recordText(record, text));
  return [
    `${STUB_HEAD}${
      docString(
        "Types of what the host takes and gives: import them below `if TYPE_CHECKING`.",
        "",
      )
    }`,
    text.imports,
    iterator,
    ...classes,
  ].join("\n");
}

function iteratorText(text: PythonText): string {
  const iterator = text.word("collections.abc", "Iterator");
  const asyncIterator = text.word("collections.abc", "AsyncIterator");
  const protocol = text.word("typing", "Protocol");
  const self = text.word("typing", "Self");
  return `class HostIterator[T](${iterator}[T], ${asyncIterator}[T], ${protocol}):
    """Gives one item after the other: in \`for\` it waits, in \`async for\` it is awaited."""

    def __iter__(self) -> ${self}: ...
    def __aiter__(self) -> ${self}: ...
    def close(self) -> None: ...
    async def aclose(self) -> None: ...
`;
}

/** A class where all names can be written so, else the other spelling. */
function recordText(
  { name, doc, fields }: HostRecord,
  text: PythonText,
): string {
  const typed = text.word("typing", "TypedDict");
  const types = fields.map((field) => {
    const type = text.of(field.type, "give");
    return field.optional
      ? `${text.word("typing", "NotRequired")}[${type}]`
      : type;
  });
  if (fields.every((field) => isName(field))) {
    const lines = fields.map((field, i) => `    ${field.name}: ${types[i]}\n`);
    const inside = `${docString(doc, "    ")}${lines.join("")}`;
    return `class ${name}(${typed}):\n${inside || "    pass\n"}`;
  }
  const items = fields.map((field, i) =>
    `${pythonString(field.name)}: ${types[i]}`
  );
  return `${name} = ${typed}(${pythonString(name)}, {${items.join(", ")}})\n`;
}

function docString(doc: string, indent: string): string {
  if (doc === "") return "";
  const text = doc.replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"')
    .replace(/"$/, '\\"');
  const lines = text.split(/\r?\n/).map((line) =>
    line === "" ? "" : indent + line
  );
  const end = lines.length === 1 ? '"""' : `\n${indent}"""`;
  return `${indent}"""${lines.join("\n").slice(indent.length)}${end}\n`;
}

const KEYWORDS = new Set(
  ("False None True and as assert async await break class continue def del " +
    "elif else except finally for from global if import in is lambda nonlocal " +
    "not or pass raise return try while with yield").split(" "),
);

/** Whether Python's source can name it. */
function isName({ name }: { readonly name: string }): boolean {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !KEYWORDS.has(name);
}

function safeName(name: string): string {
  const word = name.replace(/[^\p{L}\p{N}_]/gu, "_");
  return isName({ name: word }) ? word : `${word}_`;
}
