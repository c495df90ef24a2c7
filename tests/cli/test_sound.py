"""The sound options of the command: a tuning with its Scala file, refusals in one sentence."""

import random
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from primesong.cli.main import main
from primesong.files.formats import load
from primesong.sargam.tuning import JUST, read_scala
from primesong.sound.file import write_mp3


def test_a_tuned_song_has_its_scala_file_beside_it(tmp_path):
    (tmp_path / "n.txt").write_text("3928547160")
    arguments = ["compose", str(tmp_path / "n.txt"), "-o", str(tmp_path), "--format", "mid,flac", "--quiet"]
    assert main([*arguments, "--tuning", "just", "--accompany", "tanpura,tabla=-6", "--tempo", "drut"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["n.flac", "n.mid", "n.scl", "n.txt"]
    assert read_scala((tmp_path / "n.scl").read_text(), "n").swaras == pytest.approx(JUST.swaras, abs=1e-4)
    melody = load(tmp_path / "n.mid").melody
    assert (melody.setting.tuning, melody.setting.tempo, melody.played_digits) == (JUST, 160.0, "3928547160")


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--accompany", "sarangi", "“sarangi” accompanies nobody; there are tanpura, tabla"),
        ("--accompany", "tabla=loud", "“loud” is no number of decibels"),
        ("--bellows", "40", "from 0 to 12 decibels are possible, got 40"),
        ("--sample-rate", "100", "from 8000 to 192000 Hz are possible, got 100"),
    ],
)
def test_wrong_sound_options_exit_with_2(option, value, message, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["render", "femtogpt", "-o", "x.wav", option, value])
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("render -o x.wav --soundfont x.sf2", "--soundfont goes only with sound by --synth fluidsynth"),
        ("render -o x.wav --synth fluidsynth --sample x.wav", "--sample goes only with sound by the harmonium"),
        ("render -o x.wav --synth fluidsynth --legato", "--legato goes only with sound by the harmonium"),
        ("render -o x.wav --sample-pitch D3", "--sample-pitch goes only with --sample"),
        ("render -o x.mp3 --depth 24", "--depth goes only with sound as WAV or FLAC"),
        ("compose --format mid,opus --depth 24", "--depth goes only with sound as WAV or FLAC"),
        ("compose --format mid,html --legato", "--legato goes only with sound by the harmonium"),
        ("compose --format mid --synth fluidsynth --soundfont x.sf2", "--soundfont goes only with sound by --synth"),
        ("play --silent --sample x.wav", "--sample goes only with sound by the harmonium"),
        ("play --sample-pitch D3", "--sample-pitch goes only with --sample"),
    ],
)
def test_options_that_would_be_ignored_are_refused(words, message, capsys):
    command, *rest = words.split()
    with pytest.raises(SystemExit) as stopped:
        main([command, "no such song", *rest])
    assert stopped.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith(f"usage: primesong {command} ")
    assert f"primesong {command}: error: {message}" in told


def test_options_that_go_with_one_of_several_files_are_taken(tmp_path):
    (tmp_path / "n.txt").write_text("3928547160")
    words = [
        "compose",
        str(tmp_path / "n.txt"),
        "-o",
        str(tmp_path),
        "--format",
        "mid,mp3,flac",
        "--depth",
        "24",
        "--legato",
    ]
    assert main(words) == 0
    assert soundfile.info(tmp_path / "n.flac").subtype == "PCM_24"


@pytest.mark.parametrize("words", [["decode"], ["notes"], ["compose", "--format", "mid"]], ids=lambda words: words[0])
def test_what_the_mp3_reader_prints_by_itself_is_not_seen(tmp_path, words):
    chance = random.Random(2)
    data = bytearray(write_mp3(0.1 * np.random.default_rng(1).standard_normal((44_100, 1), np.float32), 44_100))
    for _ in range(40):
        data[chance.randrange(1000, len(data))] = chance.randrange(256)
    (tmp_path / "song.mp3").write_bytes(data)
    read = "import sys, soundfile; soundfile.SoundFile(sys.argv[1]).read()"
    hear = f"import sys; from primesong.cli.main import main; sys.exit(main({words} + sys.argv[1:]))"
    plain, ours = (
        subprocess.run([sys.executable, "-c", code, tmp_path / "song.mp3"], capture_output=True, text=True, check=False)
        for code in (read, hear)
    )
    assert "error" in plain.stderr or "Note:" in plain.stderr
    assert ours.stderr.startswith("primesong: ")
    assert ours.stderr.count("\n") == 1
