"""A method that reads and writes attributes and gives the next object."""

RESULTS = {300000: 4950000, 300: 4950}


class Task:
    __slots__ = ("step", "total", "next")

    def __init__(self, step):
        self.step = step
        self.total = 0
        self.next = None

    def advance(self):
        self.total += self.step
        return self.next


def run(size):
    tasks = [Task(number) for number in range(100)]
    for number, task in enumerate(tasks):
        task.next = tasks[(number * 7 + 1) % 100]
    task = tasks[0]
    for _ in range(size):
        task = task.advance()
    return sum(task.total for task in tasks)
