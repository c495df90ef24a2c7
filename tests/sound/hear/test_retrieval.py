"""A song through a simulated channel, and back: the exact program, or an error, never another program."""

import re
import subprocess

import mido
import numpy as np
import pytest
import soundfile
from support import channel
from support.minute import PROGRAM, hear, render_mono

from primesong.actions.save import save
from primesong.cli.main import main
from primesong.errors import NoProgramError, PrimesongError, SongError
from primesong.number.payload import pack
from primesong.primes.plan import find_prime
from primesong.sargam.raga import RAGAS
from primesong.song import compose
from primesong.sound.render.rendering import RenderOptions, render

CHANNELS = {
    "clean": channel.chain(),
    "white noise at -10 dB": channel.white(-10),
    "pink noise at -5 dB": channel.pink(-5),
    "babble at 0 dB": channel.babble(0),
    "room of 2 s": channel.room(2.0),
    "telephone band": channel.band(300, 3400),
    "3 % fast": channel.speed(lambda place: 1.03 + 0 * place),
    "5 semitones up": channel.speed(lambda place: 2 ** (5 / 12) + 0 * place),
    "5 % drift": channel.speed(lambda place: 1 + 0.05 * place),
    "wow": channel.wow(0.005, 0.5),
    "clipped by 40 dB": channel.clip(40),
    "hum at 0 dB": channel.hum(0),
    "clicks": channel.clicks(5),
    "dropouts": channel.dropouts(1),
    "comb filter": channel.comb(),
    "5 semitones up at the same tempo": channel.transpose(5),
    "half as fast again": channel.tempo(1.5),
    "a worn tape": channel.tape(),
    "automatic gain": channel.agc(),
    "MP3 of 8 kbit/s": channel.mp3(8),
    "Opus of 6 kbit/s": channel.opus(6),
    "phone": channel.phone(),
    "noise before and after": channel.lead_in(3),
    "wandering gain": channel.gains(),
}


#: Their songs last half a minute; the rarest digit occurs a few times, once, not at all.
SHORT_PROGRAMS = (b"print('sa re ga')", b"print(121)\n", b"print(214)\n")


@pytest.fixture(scope="module")
def gentle_sound(short):
    """The short song as a hand plays it."""
    return render(short, RenderOptions(expression="gentle")).collect().samples.mean(axis=1)


@pytest.mark.parametrize("name", CHANNELS)
def test_a_short_song_survives(name, sound, short):
    assert hear(CHANNELS[name](sound), effort=30).melody.played_digits == short.number_digits


@pytest.mark.parametrize("program", SHORT_PROGRAMS)
@pytest.mark.parametrize("through", [channel.aac(64), channel.room(1.0), channel.white(-5)])
def test_a_song_of_few_notes_is_heard(program, through, tmp_path):
    """Of some of its ten notes there are a few, one or none, from which little can be learned."""
    melody = compose(find_prime(pack(program))).melody
    assert hear(through(render_mono(melody, tmp_path))).program == program


@pytest.fixture(scope="module")
def concert_sound(short):
    """The short song in concert, tanpura and tabla with it."""
    return render(short, RenderOptions(expression="concert")).collect().samples.mean(axis=1)


@pytest.mark.parametrize("through", [channel.chain(), channel.mp3(64), channel.white(0), channel.room(0.3)])
def test_a_song_in_concert_is_heard(through, short, concert_sound):
    assert hear(through(concert_sound), effort=30).melody.number_digits == short.number_digits


@pytest.mark.parametrize("channel_name", ["clean", "phone", "MP3 of 8 kbit/s"])
def test_a_gentle_song_is_heard(channel_name, short, gentle_sound):
    assert hear(CHANNELS[channel_name](gentle_sound)).melody.played_digits == short.number_digits


@pytest.mark.parametrize("raga", ["bhupali", "malkauns", "marwa", "bhairavi"])
def test_a_song_in_another_raga_is_heard_in_noise(raga, short_song, tmp_path):
    melody = compose(short_song.number, raga=RAGAS[raga], tonic=53).melody
    heard = hear(channel.white(0)(render_mono(melody, tmp_path))).melody
    assert heard.played_digits == melody.number_digits
    assert (heard.setting.mapping, heard.setting.tonic) == (melody.setting.mapping, 53)


def test_a_short_song_survives_a_second_voice(sound, short):
    assert hear(channel.accompanied(short, 6)(sound)).melody.played_digits == short.number_digits


@pytest.mark.parametrize("name", ["white noise at -20 dB", "10 % drift"])
def test_the_whole_song_survives(name, long_sound, melody):
    """What the song's length makes harder: a clock locked over a quarter of an hour, a tempo followed through it."""
    through = {
        "white noise at -20 dB": channel.white(-20),
        "10 % drift": channel.speed(lambda place: 1 + 0.1 * (place - 0.5)),
    }[name]
    assert hear(through(long_sound)).melody.played_digits == melody.played_digits


@pytest.mark.parametrize(
    ("suffix", "level"), [(".wav", None), (".flac", None), (".ogg", 0.9), (".opus", 0.9), (".mp3", 0.9)]
)
def test_every_audio_kind_decodes_from_the_command_line(suffix, level, sound, tmp_path, capfdbinary):
    from scipy.signal import resample_poly

    path = tmp_path / ("song" + suffix)
    opus = suffix == ".opus"
    options = {} if level is None else {"compression_level": level}
    kind = {"format": "OGG", "subtype": "OPUS"} if opus else {}
    with soundfile.SoundFile(path, "w", 48000 if opus else channel.RATE, 1, **kind, **options) as file:
        # in blocks: libsndfile's Vorbis encoder crashes on minutes of sound at once
        for block in np.array_split(resample_poly(sound, 160, 147) if opus else sound, 200):
            file.write(block)
    assert main(["decode", str(path), "--quiet"]) == 0
    assert capfdbinary.readouterr().out == PROGRAM


def test_verify_shows_the_evidence_and_the_picture(sound, tmp_path, capsys):
    import json

    path, picture = tmp_path / "song.flac", tmp_path / "heard.png"
    soundfile.write(path, sound, channel.RATE)
    assert main(["verify", str(path), "--json", "--plot", str(picture), "--quiet"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["heard"]["tempo"] == pytest.approx(60, abs=0.02)
    assert report["heard"]["tonic_hertz"] == pytest.approx(440 * 2 ** (-19 / 12), rel=0.006)
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("program", [0, 20, 21, 40, 73])
def test_a_rendering_by_other_programs_decodes(program, short, tmp_path, tool, capfdbinary):
    """MIDI by mido with another instrument, FluidSynth and FFmpeg from the command line: an MP3."""
    from primesong.resources import default_soundfont

    save(load_melody(short), tmp_path / "song.mid")
    file = mido.MidiFile(tmp_path / "song.mid")
    for track in file.tracks:
        for message in track:
            if message.type == "program_change":
                message.program = program
    file.save(tmp_path / "other.mid")
    wav, mp3 = tmp_path / "song.wav", tmp_path / "song.mp3"
    font = str(default_soundfont())
    subprocess.run(
        [tool("fluidsynth"), "-ni", "-g", "0.5", "-F", str(wav), font, str(tmp_path / "other.mid")],
        check=True,
        capture_output=True,
    )
    subprocess.run([tool("ffmpeg"), "-v", "error", "-i", str(wav), "-b:a", "64k", str(mp3)], check=True)
    assert main(["decode", str(mp3), "--quiet"]) == 0
    assert capfdbinary.readouterr().out == PROGRAM


def load_melody(melody):
    from primesong.song import Song

    return Song(melody)


def other_music(seconds):
    """A tune in major on a steady beat, with chords: not one of our songs."""
    random = np.random.default_rng(11)
    time = np.arange(int(0.3 * channel.RATE)) / channel.RATE
    scale = [0, 2, 4, 5, 7, 9, 11, 12]
    out = []
    for _ in range(int(seconds / 0.3)):
        chord = random.choice(scale, 3, replace=False)
        wave = sum(np.sin(2 * np.pi * 220 * 2 ** (note / 12) * k * time) / k for note in chord for k in (1, 2, 3))
        out.append(wave * np.exp(-4 * time))
    return np.concatenate(out).astype(np.float32)


def tune(seconds):
    """Single notes of a major scale at random, as even as ours: seven pitches and the octave."""
    random = np.random.default_rng(15)
    time = np.arange(channel.RATE // 4) / channel.RATE
    heights = random.choice([0, 2, 4, 5, 7, 9, 11, 12], int(seconds * 4))
    fade = np.minimum(1, np.minimum(time, time[::-1]) / 0.01)
    waves = {
        height: sum(np.sin(2 * np.pi * 220 * 2 ** (height / 12) * k * time) / k for k in (1, 2, 3, 4)) * fade
        for height in set(heights)
    }
    return np.concatenate([waves[height] for height in heights]).astype(np.float32)


@pytest.mark.parametrize("name", ["silence", "white noise", "speech", "other music", "a tune", "one tone", "a blink"])
def test_other_sounds_are_not_songs(name):
    seconds = 45
    time = np.arange(seconds * channel.RATE) / channel.RATE
    other = {
        "silence": np.zeros(len(time), np.float32),
        "white noise": np.random.default_rng(9).standard_normal(len(time)).astype(np.float32),
        "speech": channel.speech(seconds, 10),
        "other music": other_music(seconds),
        "a tune": tune(seconds),
        "one tone": np.sin(2 * np.pi * 440 * time).astype(np.float32),
        "a blink": np.ones(200, np.float32),
    }[name]
    with pytest.raises(SongError, match="no song"):
        hear(other, effort=2)


def test_an_ordinary_scale_of_random_notes_gives_no_program(sound):
    """The song's notes shuffled: the same ten notes on the same grid, but no number that holds a program."""
    notes = np.array_split(sound[: len(sound) // 11025 * 11025], len(sound) // 11025)
    order = np.random.default_rng(12).permutation(len(notes))
    with pytest.raises(PrimesongError, match=r"no song|holds a program"):
        hear(np.concatenate([notes[place] for place in order]), effort=2)


def test_the_error_for_a_song_cut_short_says_how_much_is_missing(sound):
    with pytest.raises(
        NoProgramError, match=r"1\d\d of the song's 445 notes are not heard: avartans 2\d to 28; \d+ bytes"
    ):
        hear(sound[: 80 * channel.RATE], effort=1)


def test_a_missing_part_is_located_though_the_beat_goes_on(sound):
    """Sixty notes cut out to the sample, between notes 200 and 261: the beat goes on, and only the program tells."""
    note = channel.RATE // 4
    with pytest.raises(NoProgramError, match=r"60 of the song's 445 notes are not heard, the first of them") as error:
        hear(np.concatenate([sound[: 200 * note], sound[260 * note :]]), effort=1)
    place = int(re.search(r"about note (\d+)", str(error.value))[1])
    assert 150 < place < 240
    assert PROGRAM.startswith(error.value.beginning[:40])


def test_a_damaged_file_is_named(tmp_path, capsys):
    path = tmp_path / "song.flac"
    path.write_bytes(b"fLaC" + bytes(100))
    assert main(["decode", str(path), "--quiet"]) == 1
    assert "song.flac: the recording cannot be read" in capsys.readouterr().err
