/**
 * From a JavaScript function's source to a signature as Python writes one.
 *
 * @module
 */

/** Python's words that cannot be names of parameters. */
const KEYWORDS = new Set(
  ("False None True and as assert async await break class continue def del " +
    "elif else except finally for from global if import in is lambda nonlocal " +
    "not or pass raise return try while with yield").split(" "),
);
/** What stands for a function whose source tells nothing. */
const UNKNOWN = "(*args, **kwargs)";

/**
 * The parameters of a function: `(key, value=..., /, *, ttl=...)`.
 *
 * JavaScript's are positional only; a last one that is taken apart by its
 * braces is where keyword arguments go. It is for people to read: nothing is
 * checked against it.
 */
export function signatureOf(call: (...args: never[]) => unknown): string {
  const source = Function.prototype.toString.call(call);
  if (/\{\s*\[native code\]\s*\}\s*$/.test(source)) return UNKNOWN;
  const list = parameterList(source);
  return list === undefined ? UNKNOWN : pythonSignature(splitTop(list));
}

function pythonSignature(parameters: readonly string[]): string {
  const options = /^\{/.test(parameters.at(-1) ?? "")
    ? keywordNames(parameters.at(-1) ?? "")
    : [];
  const rest = parameters.at(-1)?.startsWith("...") ?? false;
  const plain = options.length > 0 || rest
    ? parameters.slice(0, -1)
    : parameters;
  const parts = positional(plain);
  if (rest) parts.push(`*${nameOf(parameters.at(-1)?.slice(3) ?? "", 0)}`);
  if (options.length > 0) parts.push("*", ...options);
  return `(${parts.join(", ")})`;
}

/** Positional parameters; behind a default, all of them have one. */
function positional(parameters: readonly string[]): string[] {
  if (parameters.length === 0) return [];
  let optional = false;
  const names = parameters.map((parameter, index) => {
    optional ||= defaultAt(parameter) >= 0;
    return nameOf(parameter, index) + (optional ? "=..." : "");
  });
  return [...names, "/"];
}

/** `{ ttl = 60, mode: m }` as `ttl=...` and `mode`. */
function keywordNames(pattern: string): string[] {
  const end = closing(pattern, 0);
  const whole = defaultAt(pattern) >= 0;
  return splitTop(pattern.slice(1, end)).filter((part) =>
    !part.startsWith("...")
  ).map((part, index) =>
    nameOf(part.split(":", 1)[0] ?? "", index) +
    (whole || defaultAt(part) >= 0 ? "=..." : "")
  );
}

/** A parameter's name, or one made up for a pattern. */
function nameOf(parameter: string, index: number): string {
  const [name] = /^[\p{L}_][\p{L}\p{N}_]*/u.exec(parameter.trim()) ?? [];
  if (name === undefined) return `arg${index + 1}`;
  return KEYWORDS.has(name) ? `${name}_` : name;
}

/** Where a parameter's `= default` begins, or -1. */
function defaultAt(parameter: string): number {
  return scan(parameter, 0, (char, depth) => depth === 0 && char === "=");
}

/** The text between a function's parentheses, or its only parameter. */
function parameterList(source: string): string | undefined {
  const text = source.replace(/^async(?=[\s(])\s*/, "");
  const [lone] = /^[\p{L}_$][\p{L}\p{N}_$]*(?=\s*=>)/u.exec(text) ?? [];
  if (lone !== undefined) return lone;
  if (/^class\b/.test(text)) return undefined;
  // A computed method name may hold parentheses of its own.
  const open = scan(text, 0, (char, depth) => depth === 0 && char === "(");
  return open < 0 ? undefined : text.slice(open + 1, closing(text, open));
}

/** The parts between the commas that are in no bracket. */
function splitTop(list: string): string[] {
  const parts: string[] = [];
  let start = 0;
  scan(list, 0, (char, depth, at) => {
    if (depth === 0 && char === ",") {
      parts.push(list.slice(start, at));
      start = at + 1;
    }
    return false;
  });
  parts.push(list.slice(start));
  return parts.map(withoutComments).filter((part) => part !== "");
}

function withoutComments(part: string): string {
  return part.replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, "").trim();
}

/** Where the bracket that opens at `from` closes. */
function closing(text: string, from: number): number {
  const at = scan(
    text,
    from + 1,
    (char, depth) => depth === 0 && ")]}".includes(char),
  );
  return at < 0 ? text.length : at;
}

/**
 * The first place outside of strings and comments that `found` likes.
 *
 * The character is shown before an opening bracket counts.
 */
function scan(
  text: string,
  from: number,
  found: (char: string, depth: number, at: number) => boolean,
): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const skipped =
      /^(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|\/\*[^]*?\*\/|\/\/[^\n]*)/s
        .exec(text.slice(at, at + 2_000));
    if (skipped !== null) {
      at += skipped[0].length - 1;
      continue;
    }
    const char = text[at] ?? "";
    if (found(char, depth, at)) return at;
    if ("([{".includes(char)) depth += 1;
    else if (")]}".includes(char)) depth -= 1;
  }
  return -1;
}
