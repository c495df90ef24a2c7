"""Songs and the ways they are rendered for the benchmarks of hearing: ours, the original author's, FluidSynth's.

Sound is mono, float32, at `channel.RATE`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import mido
import numpy as np
import soundfile

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from support import channel
from support.songs import write_sound

from primesong.actions.decode import load
from primesong.files.kinds import MIDI
from primesong.number.payload import pack
from primesong.primes.plan import find_prime
from primesong.resources import asset
from primesong.sargam.melody import Melody
from primesong.song import Song, compose
from primesong.sound.render.rendering import RenderOptions

#: Instruments of General MIDI, counted from 0, which need a soundfont.
INSTRUMENTS = {"piano": 0, "flute": 73, "violin": 40, "reed organ": 20, "accordion": 21}
RENDERINGS = ("original", "ours", "gentle", *INSTRUMENTS)

#: Where Debian puts soundfonts of General MIDI.
SOUNDFONTS = (
    "/usr/share/sounds/sf3/MuseScore_General_Lite.sf3",
    "/usr/share/sounds/sf2/FluidR3_GM.sf2",
    "/usr/share/sounds/sf2/TimGM6mb.sf2",
)


def make_song(notes: int | None) -> Song:
    """Return the published song, or that of the shortest beginning of assets/gpt.py with at least this many notes."""
    if notes is None:
        return load("femtogpt")
    source = asset("gpt.py").read_bytes()
    bytes_needed = notes * np.log2(10) / 8 - 4
    length = next(size for size in range(1, len(source) + 1) if len(pack(source[:size])) >= bytes_needed)
    return compose(find_prime(pack(source[:length])))


def render(song: Song, name: str, soundfont: Path) -> np.ndarray:
    """Render a song in one of `RENDERINGS`, brought to full scale."""
    if name == "original":
        return render_original(song.melody)
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "song.wav"
        if name == "ours":
            write_sound(song.melody, wav)
        elif name == "gentle":
            write_sound(song.melody, wav, options=RenderOptions(expression="gentle"))
        else:
            render_with_soundfont(song.melody, INSTRUMENTS[name], soundfont, wav)
        sound = soundfile.read(wav, dtype="float32", always_2d=True)[0].mean(axis=1)
        return sound / np.abs(sound).max()


def render_original(melody: Melody) -> np.ndarray:
    """Render as the original author's script does: half a second of a harmonium's D3, linearly resampled for each
    pitch, cut to the note, faded over 5 ms at both ends, the whole brought to full scale."""
    recording, rate = soundfile.read(asset("harmonium.wav"), dtype="float32")
    piece = recording[rate : rate + rate // 2]
    length, fade = round(melody.setting.matra_seconds * rate), round(0.005 * rate)
    ramp = np.linspace(0, 1, fade, dtype=np.float32)
    notes = {}
    for digit in set(melody.played_digits):
        step = 2 ** (melody.setting.mapping.pitch(digit).semitones / 12)
        note = np.interp((np.arange(length) * step) % (len(piece) - 1), np.arange(len(piece)), piece)
        note[:fade] *= ramp
        note[-fade:] *= ramp[::-1]
        notes[digit] = note.astype(np.float32)
    sound = np.concatenate([notes[digit] for digit in melody.played_digits])
    return sound / np.abs(sound).max()


def render_with_soundfont(melody: Melody, program: int, soundfont: Path, wav: Path) -> None:
    """Render by FluidSynth from the command line."""
    midi = wav.with_suffix(".mid")
    midi.write_bytes(MIDI.write(melody))
    file = mido.MidiFile(midi)
    for track in file.tracks:
        for message in track:
            if message.type == "program_change":
                message.program = program
    file.save(midi)
    command = ["fluidsynth", "-ni", "-g", "0.5", "-r", str(channel.RATE), "-F", str(wav), str(soundfont), str(midi)]
    subprocess.run(command, check=True, capture_output=True)
