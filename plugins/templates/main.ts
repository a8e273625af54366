/**
 * A page that a Python plugin fills in, with filters and parts of the host's.
 *
 * @module
 */

import { loadPlugin } from "@x/py-plugin";

const PARTS: Readonly<Record<string, string>> = {
  header: "{{ title | upper }}\n",
};

/** What the plugin can import from `host`. */
const host = {
  load(name: string): string {
    const part = PARTS[name];
    if (part === undefined) throw new Deno.errors.NotFound(`no part "${name}"`);
    return part;
  },
};

/** What templates may use between `|`. */
const filters = {
  upper: (text: string) => text.toUpperCase(),
  money: (amount: number, currency: string) =>
    `${amount.toFixed(2)} ${currency}`,
};

await using plugin = await loadPlugin(new URL("plugin.py", import.meta.url), {
  host,
});
const template = `{% include header %}{% for item in items %}` +
  `- {{ item.name }}: {{ item.price | money("CHF") }}\n{% end %}`;
const values = {
  title: "Offers",
  items: [{ name: "tea", price: 4.5 }, { name: "mug", price: 12 }],
};
// deno-lint-ignore no-console -- an example shows what it does
console.log(await plugin.call("render", [template, values, filters]));
