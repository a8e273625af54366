"""A puzzle on a hexagon: each tile says how many tiles are around it."""

RESULTS = {4: 11108, 2: 186}

EMPTY = -1
AROUND = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1))


def cells_of(side):
    reach = range(1 - side, side)
    return [(q, r) for r in reach for q in reach if abs(q + r) < side]


def links_of(cells):
    places = {cell: at for at, cell in enumerate(cells)}
    return [
        [places[q + dq, r + dr] for dq, dr in AROUND if (q + dq, r + dr) in places]
        for q, r in cells
    ]


def puzzle(links, seed):
    """Tiles of a board that can be solved: it was, before they were taken off."""
    state = seed
    filled = []
    for _ in links:
        state = (state * 1103515245 + 12345) % 2**31
        filled.append((state >> 12) % 3 > 0)
    counts = [sum(filled[near] for near in around) for around in links]
    tiles = {value: 0 for value in range(EMPTY, 7)}
    for at, count in enumerate(counts):
        tiles[count if filled[at] else EMPTY] += 1
    return tiles


class Solver:
    def __init__(self, links, tiles):
        self.links = links
        self.tiles = dict(tiles)
        self.board = [None] * len(links)
        self.tried = 0

    def fits(self, at):
        """Whether the tile there can still get what it says."""
        value = self.board[at]
        if value is None or value == EMPTY:
            return True
        filled = free = 0
        for near in self.links[at]:
            other = self.board[near]
            if other is None:
                free += 1
            elif other != EMPTY:
                filled += 1
        return filled <= value <= filled + free

    def solve(self, at=0):
        if at == len(self.board):
            return True
        for value in range(6, EMPTY - 1, -1):
            if self.tiles[value] == 0:
                continue
            self.tried += 1
            self.tiles[value] -= 1
            self.board[at] = value
            near = self.links[at]
            if self.fits(at) and all(map(self.fits, near)) and self.solve(at + 1):
                return True
            self.board[at] = None
            self.tiles[value] += 1
        return False


def is_right(links, board, tiles):
    for around, value in zip(links, board):
        if value != EMPTY and value != sum(board[near] != EMPTY for near in around):
            return False
    return all(board.count(value) == count for value, count in tiles.items())


def run(size):
    """How many tiles were tried for boards of this side; all must be solved."""
    links = links_of(cells_of(size))
    tried = 0
    for seed in range(5):
        tiles = puzzle(links, seed)
        solver = Solver(links, tiles)
        if not solver.solve() or not is_right(links, solver.board, tiles):
            return None
        tried += solver.tried
    return tried
