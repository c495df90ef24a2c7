"""How fast a song becomes sound, and in how much memory: ratios to its duration, because machines differ.

    python benchmarks/sound.py

CPU seconds, the best of three; memory is the largest resident size of a process of its own, less that of one which
only imports the same packages.
"""

import subprocess
import sys
import tempfile

MEASURED = """
import resource, tempfile, time
from dataclasses import replace
from pathlib import Path
import fluidsynth, mido, numpy, pyloudnorm, scipy.signal, soundfile, soxr
import primesong
from primesong.sargam.accompaniment import Accompaniment
from primesong.score.midi import write_midi
from primesong.sound.file import Encoding, write_audio
from primesong.sound.render.rendering import RenderOptions, render
melody = primesong.load("femtogpt").melody
million = replace(melody, number_digits=(melody.number_digits * 278)[:1_000_000])
folder, PLAIN = Path({folder!r}), RenderOptions(expression="plain")
def write(**options):
    sound = render(melody, RenderOptions(depth="16", **options))
    write_audio(folder / "a.wav", sound, Encoding("WAV", "PCM_16"), ("", ""))
before = resource.getrusage(resource.RUSAGE_SELF)
{work}
after = resource.getrusage(resource.RUSAGE_SELF)
print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, (after.ru_maxrss - before.ru_maxrss) / 1024)
"""

WORK = (
    ("plain, 900 s of WAV", 'write(expression="plain")', 900, "2,000x", 3),
    ("gentle, 900 s of WAV", 'write(expression="gentle")', 900, "200x, 80 MiB", 3),
    ("plain, FluidSynth", 'write(expression="plain", synth="fluidsynth")', 900, "120x, 80 MiB", 3),
    ("gentle, FluidSynth", 'write(expression="gentle", synth="fluidsynth")', 900, "", 3),
    ("plain, tanpura and tabla", 'write(expression="plain", accompaniment=Accompaniment(-14, -8))', 900, "", 3),
    ("gentle, tanpura and tabla", 'write(expression="gentle", accompaniment=Accompaniment(-14, -8))', 900, "", 3),
    ("concert", 'write(expression="concert")', 900, "", 3),
    ("1,000,000 digits: MIDI", '(folder / "a.mid").write_bytes(write_midi(million))', 250_000, "20 s", 1),
    ("1,000,000 digits: plain, not written", "for _ in render(million, PLAIN).blocks: pass", 250_000, "300 MiB", 1),
)


def main() -> None:
    print(f"{'':44} {'CPU s':>8} {'x real time':>12} {'MiB':>6}   aim")
    with tempfile.TemporaryDirectory() as folder:
        for what, work, duration, aim, rounds in WORK:
            runs = []
            for _ in range(rounds):
                code = MEASURED.format(folder=folder, work=work)
                done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
                runs.append(tuple(float(word) for word in done.stdout.split()[-2:]))
            seconds, memory = min(second for second, _ in runs), max(mebibytes for _, mebibytes in runs)
            print(f"{what:44} {seconds:8.2f} {duration / seconds:12,.0f} {memory:6.0f}   {aim}")


if __name__ == "__main__":
    main()
