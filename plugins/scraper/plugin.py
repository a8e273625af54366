"""Read many pages at once, with the host doing the fetching.

The plugin has no network. It asks the host for pages, all of them at the same
time and at most LIMIT in the air, follows the links that it finds, and answers
with a title for each page. A page that cannot be had costs only itself.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import TypedDict

LIMIT = 32
_TITLE = re.compile(r"<title>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(r'href="([^"#?]+)"', re.IGNORECASE)


class Page(TypedDict):
    """What became of one page."""

    path: str
    title: str
    links: int


class Report(TypedDict):
    """What was found."""

    pages: list[Page]
    failed: dict[str, str]


async def crawl(start: str, most: int = 100) -> Report:
    """Read the page `start` and what it leads to, `most` pages at most."""
    from host.aio import fetch

    return await crawl_with(fetch, start, most)


async def crawl_with(fetch: Callable[[str], Awaitable[str]], start: str, most: int) -> Report:
    """The same with any function that fetches."""
    report = Report(pages=[], failed={})
    seen = {start}
    gate = asyncio.Semaphore(LIMIT)

    async def visit(path: str, group: asyncio.TaskGroup) -> None:
        try:
            async with gate:
                text = await fetch(path)
        except OSError as error:
            report["failed"][path] = str(error)
            return
        links = _LINK.findall(text)
        report["pages"].append(Page(path=path, title=title_of(text), links=len(links)))
        for link in fresh(links, seen, most):
            group.create_task(visit(link, group))

    async with asyncio.TaskGroup() as group:
        group.create_task(visit(start, group))
    report["pages"].sort(key=lambda page: page["path"])
    return report


def fresh(links: Iterable[str], seen: set[str], most: int) -> list[str]:
    """The links that are new, as far as there is room; they are noted as seen."""
    found: list[str] = []
    for link in links:
        if link not in seen and len(seen) < most:
            seen.add(link)
            found.append(link)
    return found


def title_of(text: str) -> str:
    """A page's title, in one line.

    >>> title_of("<html><Title> A\\n b </title>")
    'A b'
    """
    match = _TITLE.search(text)
    return " ".join(match[1].split()) if match else ""
