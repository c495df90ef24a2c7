"""How fast a song is made and read, beside the way it was first done; ratios, because machines differ.

    python benchmarks/speed.py

The peer for sound is the original way: every note resampled by itself (numpy.interp) into one list, joined, written
once. The peer for start-up is `python -c "import argparse"`. CPU seconds unless said otherwise; memory is the largest
resident size of a process of its own, less that of one which only imports the same packages.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SONG = """
from dataclasses import replace
from pathlib import Path
import primesong
from primesong.song import Song
song = primesong.load("femtogpt")
folder = Path({folder!r})

def repeat(times):
    return Song(replace(song.melody, number_digits=song.melody.number_digits * times))
"""

NOTE_BY_NOTE = """
import wave
import numpy as np, soundfile
from primesong.resources import asset
from primesong.actions.decode import load
melody = load("femtogpt").melody
sample, rate = soundfile.read(asset("harmonium.wav"))
sample = sample[int(0.3 * rate):int(0.9 * rate)]
notes = []
for midi_note in melody.midi_notes:
    ratio = 2 ** ((midi_note - 50) / 12)
    places = np.linspace(0, len(sample) - 1, int(len(sample) / ratio))
    note = np.interp(places, np.arange(len(sample)), sample)
    note = np.resize(note, rate // 4)
    fade = int(0.005 * rate)
    note[:fade] *= np.linspace(0, 1, fade)
    note[-fade:] *= np.linspace(1, 0, fade)
    notes.append(note)
whole = np.concatenate(notes)
whole = (whole / np.abs(whole).max() * 0.95 * 32767).astype(np.int16)
with wave.open({folder!r} + "/peer.wav", "wb") as file:
    file.setnchannels(1); file.setsampwidth(2); file.setframerate(rate)
    file.writeframes(whole.tobytes())
"""

MEASURED = """
import resource, time
{setup}
before = resource.getrusage(resource.RUSAGE_SELF)
{work}
after = resource.getrusage(resource.RUSAGE_SELF)
print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, (after.ru_maxrss - before.ru_maxrss) / 1024)
"""

SOUND_IMPORTS = """
import gmpy2, numpy, pyloudnorm, soundfile, soxr
import primesong.sound.render.harmonium
"""

SCORE_IMPORTS = """
import music21.musicxml.m21ToXml, music21.clef, music21.expressions, music21.tempo, music21.metadata, mido
import primesong.score.midi, primesong.score.musicxml
"""


def measured(setup: str, work: str) -> tuple[float, float]:
    """Run work after setup in a process of its own: the best of three in CPU seconds, and its growth in MiB."""
    runs = []
    for _ in range(3):
        code = MEASURED.format(setup=setup, work=work)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        runs.append(tuple(float(word) for word in done.stdout.split()[-2:]))
    return min(seconds for seconds, _ in runs), max(memory for _, memory in runs)


def wall(arguments: list[str], rounds: int) -> float:
    """Time a command: the best of some rounds, in wall seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        subprocess.run(arguments, capture_output=True, check=True)
        times.append(time.perf_counter() - start)
    return min(times)


def row(what: str, ours: str, peer: str, ratio: str, bound: str) -> None:
    print(f"{what:48} {ours:>16} {peer:>16} {ratio:>9}   {bound}")


def sound(folder: str) -> None:
    setup = SONG.format(folder=folder)
    write = '{song}.save(folder / "ours.wav", force=True, expression={expression!r})'
    ours, our_memory = measured(SOUND_IMPORTS + setup, write.format(song="song", expression="plain"))
    peer, peer_memory = measured("import numpy, soundfile, wave, gmpy2", NOTE_BY_NOTE.format(folder=folder))
    row("WAV of 3,600 notes, plain, CPU", f"{ours:.2f} s", f"{peer:.2f} s", f"{peer / ours:.1f}x", "at least 10x")
    row("  memory above the imports", f"{our_memory:.0f} MiB", f"{peer_memory:.0f} MiB",
        f"{our_memory / peer_memory:.3f}", "at most 0.2")  # fmt: skip
    gentle, _ = measured(SOUND_IMPORTS + setup, write.format(song="song", expression="gentle"))
    row("  the same, gently", f"{gentle:.2f} s", f"{ours:.2f} s", f"{gentle / ours:.1f}x", "")
    _, longer = measured(SOUND_IMPORTS + setup, write.format(song="repeat(4)", expression="plain"))
    row("  a song four times as long", f"{longer:.0f} MiB", f"{our_memory:.0f} MiB",
        f"{longer / our_memory:.2f}", "about 1")  # fmt: skip


def score(folder: str) -> None:
    setup = SCORE_IMPORTS + SONG.format(folder=folder)
    work = 'primesong.save({song}, [folder / f"song.{{kind}}" for kind in ("mid", "musicxml", "mxl")], force=True)'
    once, _ = measured(setup, work.format(song="song"))
    tenfold, _ = measured(setup, work.format(song="repeat(10)"))
    row("MIDI + MusicXML + .mxl of 3,600 notes, CPU", f"{once:.2f} s", "", "", "below 2 s")
    row("  of 36,000 notes", f"{tenfold:.2f} s", f"{once:.2f} s", f"{tenfold / once:.1f}x", "at most 12x")


def commands(folder: str) -> None:
    primesong = str(Path(sys.executable).parent / "primesong")
    whole = wall([primesong, "compose", "-o", folder, "--force"], 3)
    row("primesong compose, all four files, wall", f"{whole:.2f} s", "", "", "at most 4 s")
    peer = wall([sys.executable, "-c", "import argparse"], 20)
    for what, arguments in (
        ("primesong --help, wall", [primesong, "--help"]),
        ("python -c 'import primesong', wall", [sys.executable, "-c", "import primesong"]),
    ):
        ours = wall(arguments, 20)
        row(what, f"{ours * 1000:.0f} ms", f"{peer * 1000:.0f} ms", f"{ours / peer:.2f}x", "at most 2.5x")
    for kind in ("mid", "musicxml", "mxl", "sargam"):
        if kind == "sargam":
            subprocess.run([primesong, "compose", "-o", folder, "--format", "sargam", "--force"],
                           capture_output=True, check=True)  # fmt: skip
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([primesong, "decode", f"{folder}/femtogpt.{kind}"], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        row(f"primesong decode femtogpt.{kind}, CPU", f"{spent:.2f} s", "", "", "at most 1.5 s")


def main() -> None:
    row("", "primesong", "peer", "ratio", "aim")
    with tempfile.TemporaryDirectory() as folder:
        sound(folder)
        score(folder)
        commands(folder)


if __name__ == "__main__":
    main()
