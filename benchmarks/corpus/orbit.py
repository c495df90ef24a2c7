"""A planet around its star, by the leapfrog method, drawn in characters."""

import math

STEP = 0.01
STEPS = 1200
SIZE = 31


class Body:
    """A body that moves in the plane around the origin."""

    def __init__(self, x, y, speed_x, speed_y):
        self.x = x
        self.y = y
        self.speed_x = speed_x
        self.speed_y = speed_y

    def distance(self):
        return math.hypot(self.x, self.y)

    def energy(self):
        return (self.speed_x**2 + self.speed_y**2) / 2 - 1 / self.distance()

    def kick(self, time):
        cube = self.distance() ** 3
        self.speed_x -= time * self.x / cube
        self.speed_y -= time * self.y / cube

    def drift(self, time):
        self.x += time * self.speed_x
        self.y += time * self.speed_y


canvas = [[" "] * SIZE for _ in range(SIZE)]
canvas[SIZE // 2][SIZE // 2] = "*"
planet = Body(1, 0, 0, 1.2)
start = planet.energy()
for _ in range(STEPS):
    planet.kick(STEP / 2)
    planet.drift(STEP)
    planet.kick(STEP / 2)
    column = round(planet.x * 5) + SIZE // 2 + 5
    row = round(planet.y * 5) + SIZE // 2
    if 0 <= row < SIZE and 0 <= column < SIZE:
        canvas[row][column] = "o"
for line in canvas:
    print("".join(line).rstrip())
print(f"energy {start:.6f} at first, {planet.energy():.6f} at the end")
