/**
 * What `types --help` prints.
 *
 * @module
 */

/** The line that wrong usage of `types` is answered with. */
export const TYPES_USAGE =
  "usage: py-plugin types [FLAG ...] PLUGIN | --host=FILE | --sdk; py-plugin types --help tells more";

/** What `types --help` prints. */
export const TYPES_HELP =
  `usage: py-plugin types [FLAG ...] PLUGIN     the plugin's types, for its host
       py-plugin types [FLAG ...] --host=FILE the host's types, for its plugins
       py-plugin types [FLAG ...] --sdk       the types of the module sdk

With PLUGIN: write a .d.ts from the plugin's annotations. Its interface Api is
what plugin.as<Api>() takes. The plugin is imported for that, with nothing
granted unless flags say so; from host it imports stand-ins.

  --output=FILE       write it to FILE, not to standard output
  --from=SPECIFIER    what the file imports py-plugin as (default: @x/py-plugin)
  --bigint            an int is number | bigint, not number
  --allow-read …      the flags that grant; py-plugin --help lists them

With --host: write stubs for "from host import …", so that editors and pyright
know it. FILE is a TypeScript module; its default export, or its export host,
is what you pass as host to loadPlugin(). The module is read by "deno doc", not
run: what it says of types counts. The stubs of sdk are written beside it.

  --output=DIR        the directory for the stubs (default: typings, where
                      pyright looks for them)

Examples
  py-plugin types --output=shop.d.ts plugins/shop/plugin.py
  py-plugin types --host=host.ts
  py-plugin types --sdk --output=stubs
`;
