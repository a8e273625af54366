"""Go on a small board: games at random to their end, with captures counted."""

RESULTS = {6: (2, -62, 349), 1: (1, 5, 83)}

SIZE = 9
PASSED = -1
EMPTY, BLACK, WHITE = range(3)
LONGEST = 160


def neighbours_of(at):
    x, y = at % SIZE, at // SIZE
    around = ((x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1))
    return [b * SIZE + a for a, b in around if 0 <= a < SIZE and 0 <= b < SIZE]


NEIGHBOURS = [neighbours_of(at) for at in range(SIZE * SIZE)]


class Board:
    def __init__(self):
        self.squares = [EMPTY] * (SIZE * SIZE)
        self.color = BLACK
        self.ko = None
        self.captured = {BLACK: 0, WHITE: 0}

    def group(self, at):
        """The stones that hang together there, and their liberties."""
        color = self.squares[at]
        stones = {at}
        liberties = set()
        todo = [at]
        while todo:
            for near in NEIGHBOURS[todo.pop()]:
                found = self.squares[near]
                if found == EMPTY:
                    liberties.add(near)
                elif found == color and near not in stones:
                    stones.add(near)
                    todo.append(near)
        return stones, liberties

    def is_eye(self, at):
        return all(self.squares[near] == self.color for near in NEIGHBOURS[at])

    def play(self, at):
        """Whether it was a move; it is undone when it is none."""
        if self.squares[at] != EMPTY or at == self.ko or self.is_eye(at):
            return False
        self.squares[at] = self.color
        other = BLACK + WHITE - self.color
        taken = []
        for near in NEIGHBOURS[at]:
            if self.squares[near] == other:
                stones, liberties = self.group(near)
                if not liberties:
                    taken += stones
                    for stone in stones:
                        self.squares[stone] = EMPTY
        stones, liberties = self.group(at)
        if not liberties:
            self.squares[at] = EMPTY  # nothing was taken, or there were some
            return False
        self.ko = taken[0] if len(taken) == len(stones) == len(liberties) == 1 else None
        self.captured[self.color] += len(taken)
        self.color = other
        return True

    def skip(self):
        self.color = BLACK + WHITE - self.color
        self.ko = None

    def score(self):
        """Black's stones and eyes, less White's."""
        total = 0
        for at, color in enumerate(self.squares):
            if color == EMPTY:
                owners = {self.squares[near] for near in NEIGHBOURS[at]}
                color = owners.pop() if len(owners) == 1 else EMPTY
            total += {BLACK: 1, WHITE: -1, EMPTY: 0}[color]
        return total


class Random:
    """The same numbers everywhere."""

    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % limit


def play_out(random):
    board = Board()
    passes = 0
    for _ in range(LONGEST):
        free = [at for at, color in enumerate(board.squares) if color == EMPTY]
        while free:
            at = free.pop(random.below(len(free)))
            if board.play(at):
                passes = 0
                break
        else:
            board.skip()
            passes += 1
            if passes == 2:
                break
    return board


def run(size):
    """Black's wins, the sum of the scores, and all that was taken."""
    random = Random(2026)
    boards = [play_out(random) for _ in range(size)]
    scores = [board.score() for board in boards]
    taken = sum(sum(board.captured.values()) for board in boards)
    return sum(score > 0 for score in scores), sum(scores), taken
