"""Count talas: print their matras with claps and waves, in time with each other."""

import math

TALAS = {
    "tintal": ([4, 4, 4, 4], [1, 2, 0, 3]),
    "jhaptal": ([2, 3, 2, 3], [1, 2, 0, 3]),
    "rupak": ([3, 2, 2], [0, 1, 2]),
    "dadra": ([3, 3], [1, 0]),
}


def mark_matras(name):
    lengths, claps = TALAS[name]
    marks = []
    for length, clap in zip(lengths, claps, strict=True):
        if clap == 0:
            mark = "o"
        elif clap == 1:
            mark = "x"
        else:
            mark = str(clap)
        marks.append(mark)
        marks.extend("-" * (length - 1))
    return marks


def meet(first, second):
    return math.lcm(len(mark_matras(first)), len(mark_matras(second)))


for name in TALAS:
    marks = mark_matras(name)
    print(f"{name:8} {len(marks):2} matras  {' '.join(marks)}")
names = list(TALAS)
for place, first in enumerate(names):
    for second in names[place + 1 :]:
        print(first, "and", second, "meet after", meet(first, second), "matras")
