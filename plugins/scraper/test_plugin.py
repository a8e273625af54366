"""Run with `python -m unittest` in this folder."""

import asyncio
import doctest
import unittest

import plugin


def page(title, *links):
    return f"<title>{title}</title>" + "".join(f'<a href="{link}">' for link in links)


class CrawlTest(unittest.TestCase):
    def crawl(self, pages, most=100):
        flying = {"now": 0, "most": 0}

        async def fetch(path):
            flying["now"] += 1
            flying["most"] = max(flying.values())
            await asyncio.sleep(0)
            flying["now"] -= 1
            if path not in pages:
                raise FileNotFoundError(f"no page {path}")
            return pages[path]

        report = asyncio.run(plugin.crawl_with(fetch, "/", most))
        return report, flying["most"]

    def test_follows_links_once(self):
        pages = {"/": page("Start", "/a", "/b"), "/a": page("A", "/", "/b"), "/b": page("B")}
        report, _ = self.crawl(pages)
        found = [(each["path"], each["title"], each["links"]) for each in report["pages"]]
        self.assertEqual(found, [("/", "Start", 2), ("/a", "A", 2), ("/b", "B", 0)])

    def test_a_page_that_fails_costs_only_itself(self):
        report, _ = self.crawl({"/": page("Start", "/gone", "/a"), "/a": page("A")})
        self.assertEqual(report["failed"], {"/gone": "no page /gone"})
        self.assertEqual(len(report["pages"]), 2)

    def test_stops_at_the_most(self):
        pages = {f"/{n}": page(str(n), f"/{n + 1}") for n in range(50)}
        pages["/"] = page("Start", "/0")
        report, _ = self.crawl(pages, most=10)
        self.assertEqual(len(report["pages"]), 10)

    def test_fetches_many_at_once(self):
        links = [f"/{n}" for n in range(99)]
        pages = {"/": page("Start", *links)} | {link: page(link) for link in links}
        report, most = self.crawl(pages)
        self.assertEqual(len(report["pages"]), 100)
        self.assertEqual(most, plugin.LIMIT)

    def test_examples(self):
        self.assertEqual(doctest.testmod(plugin).failed, 0)


if __name__ == "__main__":
    unittest.main()
