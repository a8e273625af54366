/**
 * A crawler in Python that has no network of its own: the host fetches.
 *
 * @module
 */

import { loadPlugin } from "@x/py-plugin";

/** 100 pages, each of which takes its time. */
async function fetchPage(path: string): Promise<string> {
  await new Promise((done) => setTimeout(done, 20));
  const number = Number(path.slice(1));
  if (number === 13) throw new Deno.errors.NotFound(`no page ${path}`);
  const links = path === "/"
    ? Array.from({ length: 99 }, (_, i) => `<a href="/${i + 1}">`).join("")
    : "";
  return `<title>Page ${number}</title>${links}`;
}

let flying = 0;
let most = 0;

/** What the plugin can import from `host`: it decides what may be fetched. */
const host = {
  fetch: async (path: string) => {
    most = Math.max(most, ++flying);
    try {
      return await fetchPage(path);
    } finally {
      flying--;
    }
  },
};

/** What `plugin.py` offers. */
interface Scraper {
  /** Read a page and what it leads to. */
  crawl(start: string, most?: number): {
    readonly pages: { readonly path: string; readonly title: string }[];
    readonly failed: Readonly<Record<string, string>>;
  };
}

await using plugin = await loadPlugin(new URL("plugin.py", import.meta.url), {
  host,
});
const { pages, failed } = await plugin.as<Scraper>().crawl("/");
// deno-lint-ignore no-console -- an example shows what it does
console.log(
  `${pages.length} pages, ${most} at once; the last is "${
    pages.at(-1)?.title
  }"; failed:`,
  failed,
);
