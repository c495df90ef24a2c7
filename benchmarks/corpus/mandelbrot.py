"""Draw the Mandelbrot set in characters."""

SHADES = " .:-=+*#%@"
WIDTH = 72
HEIGHT = 24
MOST_STEPS = 50


def escape_time(point):
    value = 0
    for step in range(MOST_STEPS):
        value = value * value + point
        if abs(value) > 2:
            return step
    return MOST_STEPS


for row in range(HEIGHT):
    line = ""
    for column in range(WIDTH):
        real = -2.2 + 3.2 * column / WIDTH
        imaginary = -1.2 + 2.4 * row / HEIGHT
        steps = escape_time(complex(real, imaginary))
        line += SHADES[steps * (len(SHADES) - 1) // MOST_STEPS]
    print(line)
