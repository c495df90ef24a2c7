"""Options that are wrong, or would be ignored, are refused in one sentence."""

import pytest

from primesong.cli.main import main


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--accompany", "sarangi", "“sarangi” is not an accompaniment; expected tanpura, tabla"),
        ("--accompany", "tabla=loud", "expected a level in decibels, such as tabla=-10"),
        ("--bellows", "40", "expected 0 to 12 decibels, got 40"),
        ("--sample-rate", "100", "expected 8000 to 192000 Hz, got 100"),
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
        ("compose --format pdf,mxl --expression gentle", "--expression goes only with sound, a video or MIDI"),
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


@pytest.mark.parametrize("script", ["thai", "", "roman,"])
def test_unknown_scripts_are_wrong_usage(script, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["compose", "--script", script])
    assert "expected letters, roman" in capsys.readouterr().err
