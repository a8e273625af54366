"""The chaos game on a spline: points that are transformed and counted."""

import math

RESULTS = {3000: (3000, 1120, 11), 50: (50, 49, 2)}


class Vector:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)

    def length(self):
        return math.hypot(self.x, self.y)


class Spline:
    """A curve through control points, by de Boor's algorithm."""

    def __init__(self, points, degree=3):
        inner = len(points) - degree
        self.points = points
        self.degree = degree
        self.knots = [0] * degree + list(range(inner + 1)) + [inner] * degree
        self.end = inner

    def __call__(self, at):
        degree = self.degree
        k = min(int(at), self.end - 1) + degree
        near = [self.points[k - degree + i] for i in range(degree + 1)]
        for level in range(1, degree + 1):
            for i in range(degree, level - 1, -1):
                left = self.knots[k - degree + i]
                right = self.knots[k + 1 + i - level]
                share = (at - left) / (right - left)
                near[i] = near[i - 1] * (1 - share) + near[i] * share
        return near[degree]

    def slope(self, at):
        step = 0.5 / 100
        low = max(0.0, at - step)
        high = min(float(self.end), at + step)
        return (self(high) - self(low)) * (1 / (high - low))


class Random:
    """The same numbers everywhere."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state * 1103515245 + 12345) % 2**31
        return self.state / 2**31


def run(size):
    """How many cells of the picture were met, and how often the fullest."""
    points = [(1.6, 0.3), (1.7, 0.9), (2.9, 1.1), (2.6, 1.9), (1.3, 2.6), (0.5, 1.8), (0.2, 0.7), (0.9, 0.2)]
    spline = Spline([Vector(x, y) for x, y in points])
    random = Random(1234)
    place = Vector(1.0, 1.0)
    picture = [[0] * 64 for _ in range(64)]
    for _ in range(size):
        at = random.next() * spline.end
        on_curve = spline(at)
        slope = spline.slope(at)
        turn = slope * (1 / (slope.length() or 1.0))
        offset = (random.next() - 0.5) * 0.6
        place = (place + on_curve) * 0.5 + Vector(-turn.y, turn.x) * offset
        column = min(63, max(0, int(place.x * 20)))
        row = min(63, max(0, int(place.y * 20)))
        picture[row][column] += 1
    cells = [count for row in picture for count in row if count]
    return sum(cells), len(cells), max(cells)
