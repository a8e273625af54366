"""Run with `python -m unittest` in this folder."""

import asyncio
import doctest
import json
import unittest

import plugin

LINE = b'::1 - ann [23/Nov/2026:10:00:00 +0000] "GET /%d HTTP/1.1" %d 12\n'


class RecordsTest(unittest.TestCase):
    def records(self, chunks, **options):
        async def stream():
            for chunk in chunks:
                yield chunk

        async def collect():
            return [json.loads(r) async for r in plugin.records(stream(), **options)]

        return asyncio.run(collect())

    def test_chunks_end_anywhere(self):
        whole = b"".join(LINE % (n, 200) for n in range(5))
        chunks = [whole[at : at + 7] for at in range(0, len(whole), 7)]
        self.assertEqual(
            [r["request"].split()[1] for r in self.records(chunks)],
            ["/0", "/1", "/2", "/3", "/4"],
        )

    def test_only_errors(self):
        chunks = [LINE % (1, 200), LINE % (2, 404), b"garbage\n", LINE % (3, 500)]
        self.assertEqual([r["status"] for r in self.records(chunks, status=400)], [404, 500])

    def test_examples(self):
        self.assertEqual(doctest.testmod(plugin).failed, 0)


if __name__ == "__main__":
    unittest.main()
