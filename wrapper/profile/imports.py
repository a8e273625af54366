"""What many plugins import and do first, for the list of hot functions.

Runs as a script under the program itself: `build.ts hot`.
"""

import asyncio
import dataclasses
import json
import re
import typing


@dataclasses.dataclass(frozen=True)
class Item:
    name: str
    price: float = 1.5
    tags: list[str] = dataclasses.field(default_factory=list)


class Shape(typing.Protocol):
    def area(self) -> float: ...


async def answer(number: int) -> int:
    await asyncio.sleep(0)
    return number


async def answers() -> list[int]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(answer(number)) for number in range(3)]
    return [task.result() for task in tasks]


item = Item("tea", 2.5, ["hot"])
text = json.dumps([dataclasses.asdict(item), None, True, 1e10, "é"])
print(json.loads(text), re.sub(r"(\w+)-(\d+)", r"\2", "a-1 b-2"))
print(asyncio.run(answers()), f"{item.price:>8.2f}", item)
try:
    {}["missing"]
except KeyError as error:
    print(repr(error))
