"""Five bodies that pull at each other: arithmetic of floats, lists of lists."""

RESULTS = {10000: 0, 10: 0}


def advance(bodies, pairs, count):
    for _ in range(count):
        for (p, v, m), (q, w, k) in pairs:
            dx = p[0] - q[0]
            dy = p[1] - q[1]
            dz = p[2] - q[2]
            mag = 0.01 * ((dx * dx + dy * dy + dz * dz + 1e-3) ** -1.5)
            v[0] -= dx * k * mag
            v[1] -= dy * k * mag
            v[2] -= dz * k * mag
            w[0] += dx * m * mag
            w[1] += dy * m * mag
            w[2] += dz * m * mag
        for r, v, m in bodies:
            r[0] += 0.01 * v[0]
            r[1] += 0.01 * v[1]
            r[2] += 0.01 * v[2]


def momentum(bodies):
    """Whatever happens between the bodies, its sum stays what it was."""
    return [sum(m * v[axis] for _, v, m in bodies) for axis in range(3)]


def run(size):
    bodies = [
        ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 39.47),
        ([4.84, -1.16, -0.10], [0.6, 2.8, -0.02], 0.037),
        ([8.34, 4.12, -4.0], [-1.01, 1.8, 0.008], 0.011),
        ([12.8, -15.1, -0.22], [1.08, 0.86, -0.01], 0.0017),
        ([15.3, -25.9, 0.179], [0.97, 0.59, -0.03], 0.002),
    ]
    pairs = [(bodies[i], bodies[j]) for i in range(5) for j in range(i + 1, 5)]
    before = momentum(bodies)
    advance(bodies, pairs, size)
    moved = [abs(a - b) for a, b in zip(before, momentum(bodies))]
    return 0 if max(moved) < 1e-9 and bodies[0][0] != [0.0] * 3 else moved
