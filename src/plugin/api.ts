/**
 * A plugin as an object whose methods are its functions.
 *
 * @module
 */

/** Keyword arguments for a method of {@linkcode Plugin.as}: see {@linkcode kwargs}. */
export class KeywordArguments<Values extends object = Record<string, unknown>> {
  /** The arguments, by name. */
  readonly values: Readonly<Values>;

  /**
   * Made by {@linkcode kwargs}, not by callers.
   *
   * @param values The arguments, by name.
   */
  constructor(values: Readonly<Values>) {
    this.values = values;
  }
}

/**
 * Keyword arguments for a call through {@linkcode Plugin.as}: the last
 * argument of all.
 *
 * ```ts
 * import { kwargs, loadPlugin } from "@x/py-plugin";
 * import { assertEquals } from "@std/assert";
 * await using plugin = await loadPlugin({ source: "def f(*, n): return n + 1" });
 * assertEquals(await plugin.as().f(kwargs({ n: 1 })), 2);
 * ```
 *
 * @param values The arguments, by name.
 * @returns What a method takes as its last argument.
 */
export function kwargs<Values extends object = Record<string, unknown>>(
  values: NoInfer<Values>,
): KeywordArguments<Values> {
  return new KeywordArguments(values);
}

/** What is known of a plugin of which nothing was said: anything may be there. */
export interface UntypedApi {
  /** A function, or what has functions inside. */
  // deno-lint-ignore no-explicit-any -- nothing is known of it
  readonly [name: string]: any;
}

/**
 * `Api` as it is seen from the host: every method returns a promise, and what
 * holds methods is seen in the same way.
 */
export type PluginApi<Api> = {
  readonly [Name in keyof Api]: PluginMember<Api[Name]>;
};

/**
 * One member of a {@linkcode PluginApi}. A function that returns a promise
 * stays what it is, with its overloads and type parameters.
 */
export type PluginMember<Member> = Member extends
  (...args: never[]) => Promise<unknown> ? Member
  : Member extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
  : Member extends object ? PluginApi<Member>
  : Member;

/** Calls a function by its name, perhaps with dots. */
type CallByName = (
  name: string,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>> | undefined,
) => Promise<unknown>;

/** A view whose methods call what has their name. */
export function typedView<Api>(call: CallByName): PluginApi<Api> {
  return viewOf(call, "") as PluginApi<Api>;
}

/** `path` is empty, or a name with a dot behind it. */
function viewOf(call: CallByName, path: string): object {
  const views = new Map<string, object>();
  return new Proxy(() => {}, {
    get(_target, name) {
      // A view is no promise, though every name else may be a function of it.
      if (typeof name === "symbol" || name === "then") return undefined;
      const known = views.get(name);
      if (known !== undefined) return known;
      const view = viewOf(call, `${path}${name}.`);
      views.set(name, view);
      return view;
    },
    apply(_target, _this, args: unknown[]) {
      const name = path.slice(0, -1);
      const last = args.at(-1);
      return last instanceof KeywordArguments
        ? call(name, given(args.slice(0, -1)), { ...last.values })
        : call(name, given(args), undefined);
    },
    has: (_target, name) => typeof name === "string" && name !== "then",
    set: () => false,
  });
}

/** What was given: to leave an argument out and to say `undefined` are one. */
function given(args: readonly unknown[]): readonly unknown[] {
  const last = args.findLastIndex((arg) => arg !== undefined);
  return args.slice(0, last + 1);
}
