"""The outer planets for some years, and the energy that must stay the same."""

import math

RESULTS = {5000: ("-0.169075164", "-0.169020000"), 1000: ("-0.169075164", "-0.169087605")}

YEAR = 365.24
SUN = 4 * math.pi * math.pi
# x, y, z; vx, vy, vz by day; mass in suns.
PLANETS = (
    ((4.84143144246472090e00, -1.16032004402742839e00, -1.03622044471123109e-01),
     (1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05),
     9.54791938424326609e-04),
    ((8.34336671824457987e00, 4.12479856412430479e00, -4.03523417114321381e-01),
     (-2.76742510726411851e-03, 4.99852801234917238e-03, 2.30417297573763929e-05),
     2.85885980666130812e-04),
    ((1.28943695621391310e01, -1.51111514016986312e01, -2.23307578892655734e-01),
     (2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05),
     4.36624404335156298e-05),
    ((1.53796971148509165e01, -2.59193146099879641e01, 1.79258772950371181e-01),
     (2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05),
     5.15138902046611451e-05),
)


class Body:
    __slots__ = ("x", "y", "z", "vx", "vy", "vz", "mass")

    def __init__(self, place, speed, mass):
        self.x, self.y, self.z = place
        self.vx, self.vy, self.vz = (part * YEAR for part in speed)
        self.mass = mass * SUN


def solar_system():
    bodies = [Body((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 1.0)]
    bodies += [Body(*planet) for planet in PLANETS]
    sun = bodies[0]
    sun.vx = -sum(body.vx * body.mass for body in bodies) / SUN
    sun.vy = -sum(body.vy * body.mass for body in bodies) / SUN
    sun.vz = -sum(body.vz * body.mass for body in bodies) / SUN
    return bodies


def pairs_of(bodies):
    return [(one, two) for at, one in enumerate(bodies) for two in bodies[at + 1 :]]


def energy(bodies, pairs):
    total = sum(
        0.5 * body.mass * (body.vx**2 + body.vy**2 + body.vz**2) for body in bodies
    )
    for one, two in pairs:
        distance = math.dist((one.x, one.y, one.z), (two.x, two.y, two.z))
        total -= one.mass * two.mass / distance
    return total


def advance(bodies, pairs, step):
    for one, two in pairs:
        dx = one.x - two.x
        dy = one.y - two.y
        dz = one.z - two.z
        square = dx * dx + dy * dy + dz * dz
        pull = step / (square * math.sqrt(square))
        from_two = two.mass * pull
        from_one = one.mass * pull
        one.vx -= dx * from_two
        one.vy -= dy * from_two
        one.vz -= dz * from_two
        two.vx += dx * from_one
        two.vy += dy * from_one
        two.vz += dz * from_one
    for body in bodies:
        body.x += step * body.vx
        body.y += step * body.vy
        body.z += step * body.vz


def run(size):
    bodies = solar_system()
    pairs = pairs_of(bodies)
    before = energy(bodies, pairs)
    for _ in range(size):
        advance(bodies, pairs, 0.01)
    return f"{before:.9f}", f"{energy(bodies, pairs):.9f}"
