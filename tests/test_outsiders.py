"""Others read what we write, and we read what they make of it: MuseScore 3 and 4, LMMS, FluidSynth, FFmpeg, and GNU
gzip. Each test names the program it needs; CI installs them all."""

import json
import os
import re
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import mido
import pretty_midi
import pytest
from support.published import DIGITS, PROGRAM_BYTES
from support.songs import encode, write_sound

from primesong.actions.arrange import arrange
from primesong.actions.decode import load
from primesong.actions.save import save
from primesong.files.kinds import MIDI, MUSICXML, MXL
from primesong.number.payload import leading_bytes
from primesong.song import compose
from primesong.sound.render.rendering import RenderOptions

#: Where packages of npm are installed for the tests.
FRONT_END = Path(__file__).parent / "page" / "web"

MUSESCORE_COMPLAINTS = re.compile("not a valid MusicXML|Error at line|failed|cannot read", re.IGNORECASE)


def musescore(program, folder, source, *outputs):
    """Let MuseScore load a file and write it again in other kinds; give what it said. It exits with 0 whatever
    happens, so its words are what counts."""
    job = folder / "job.json"
    job.write_text(json.dumps([{"in": str(source), "out": [str(folder / output) for output in outputs]}]))
    done = subprocess.run(
        [program, "-j", str(job)], capture_output=True, text=True, timeout=300, check=False,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)},
    )  # fmt: skip
    for output in outputs:
        assert (folder / output).exists() or list(folder.glob(f"{Path(output).stem}-*")), done.stderr
    return done.stderr


def pitches_and_onsets(xml):
    """Read MIDI note numbers and onsets, in quarters, from MusicXML, counting durations as the standard says."""
    steps = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
    found, at, divisions = [], 0.0, 1
    for element in ET.fromstring(xml).find("part").iter():
        if element.tag == "divisions":
            divisions = int(element.text)
        elif element.tag == "note":
            if (pitch := element.find("pitch")) is not None:
                height = steps[pitch.findtext("step")] + int(pitch.findtext("alter", "0"))
                found.append((height + 12 * (int(pitch.findtext("octave")) + 1), round(at, 6)))
            at += int(element.findtext("duration")) / divisions
    return found


def notes_and_ticks(path):
    """Read the resolution, and the note and tick of every note that begins, in any track of a MIDI file."""
    file = mido.MidiFile(path)
    found = []
    for track in file.tracks:
        tick = 0
        for message in track:
            tick += message.time
            if message.type == "note_on" and message.velocity:
                found.append((message.note, tick))
    return file.ticks_per_beat, found


@pytest.fixture(scope="module")
def exported(tmp_path_factory, melody):
    """The whole song after MuseScore has opened it and saved it again."""
    import shutil

    program = shutil.which("mscore3") or shutil.which("musescore3")
    if program is None:
        pytest.skip("mscore3 is not installed")
    folder = tmp_path_factory.mktemp("musescore")
    (folder / "song.mxl").write_bytes(MXL.write(melody))
    said = musescore(program, folder, folder / "song.mxl", "out.musicxml", "out.mid", "out.pdf")
    return folder, said


def test_musescore_opens_the_whole_song_without_complaint(exported):
    _, said = exported
    assert not MUSESCORE_COMPLAINTS.search(said), said


def test_musescore_keeps_every_pitch_and_onset(exported, melody):
    folder, _ = exported
    expected = [(note, round(index / 4, 6)) for index, note in enumerate(melody.midi_notes)]
    assert pitches_and_onsets((folder / "out.musicxml").read_bytes()) == expected
    resolution, notes = notes_and_ticks(folder / "out.mid")
    assert notes == [(note, index * resolution // 4) for index, note in enumerate(melody.midi_notes)]


@pytest.mark.parametrize("name", ["out.musicxml", "out.mid"])
def test_the_program_comes_back_from_what_musescore_saved(exported, name):
    folder, _ = exported
    assert len(load(folder / name).program) == PROGRAM_BYTES


def test_musescores_pages_carry_title_sargam_and_digits(exported, tool, melody):
    folder, _ = exported
    text = subprocess.run(
        [tool("pdftotext"), "-layout", folder / "out.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    words = text.split()
    assert words[0] == "femtoGPT"
    counted = {sung: words.count(sung) for sung in ("S", "P", "Ṡ", "Ġ", "Ṇ")}
    assert counted == {"S": 390, "P": 384, "Ṡ": 375, "Ġ": 344, "Ṇ": 320}


@pytest.mark.parametrize("kind", ["musicxml", "mid"])
def test_musescore_opens_other_talas_and_tonics(tool, tmp_path, song, kind):
    excerpt = replace(arrange(song, tonic=49, tempo=90).melody, number_digits=song.digits[:70])
    form = {"musicxml": MUSICXML, "mid": MIDI}[kind]
    (tmp_path / f"song.{kind}").write_bytes(form.write(excerpt))
    said = musescore(tool("mscore3", "musescore3"), tmp_path, tmp_path / f"song.{kind}", "out.mid")
    assert not MUSESCORE_COMPLAINTS.search(said), said
    assert [note for note, _ in notes_and_ticks(tmp_path / "out.mid")[1]] == excerpt.midi_notes


def musescore_4(tool, folder, source, *outputs):
    """Let the engine of MuseScore 4 load a file, and save it in other kinds."""
    if not (FRONT_END / "node_modules" / "webmscore").is_dir():
        pytest.skip("webmscore is not installed: make test has not set it up")
    paths = [folder / output for output in outputs]
    subprocess.run([tool("node"), "musescore.js", source, *paths], cwd=FRONT_END, check=True, timeout=120)
    return paths


def test_musescore_4_opens_a_song_and_those_who_play_along(tool, tmp_path):
    program = b"print('sa re ga ma')"
    save(compose(encode(program)), tmp_path / "song.musicxml", accompany="tanpura,tabla")
    *saved, pdf = musescore_4(tool, tmp_path, tmp_path / "song.musicxml", "out.musicxml", "out.mid", "out.pdf")
    for path in saved:
        assert load(path).program == program
    root = ET.parse(saved[0]).getroot()
    assert [name.text for name in root.iter("part-name")] == ["Harmonium", "Tanpura", "Tabla"]
    sung = [text.text for text in root.findall("part")[2].iterfind(".//lyric/text")]
    assert " ".join(sung[:16]) == "dha dhin dhin dha dha dhin dhin dha dha tin tin ta ta dhin dhin dha"
    fonts = subprocess.run([tool("pdffonts"), pdf], capture_output=True, text=True, check=True).stdout
    assert "FreeSerif" in fonts
    assert "FreeSans" not in fonts  # what it falls back on where a font lacks a letter


LMMS_SETTINGS = """<?xml version="1.0"?><!DOCTYPE lmms-config-file><lmms version="1.2.2" configversion="2">
<app configured="1"/><mixer audiodev="Dummy (no sound output)" mididev="Dummy (no MIDI support)"/>
<paths workingdir="{folder}/" defaultsf2="{soundfont}"/><ui enableautosave="0"/></lmms>"""


def is_complete(project):
    return project.exists() and project.read_text().rstrip().endswith("</lmms-project>")


def test_lmms_imports_the_song_with_its_name_program_and_notes(tool, tmp_path, melody):
    """LMMS has no import without a window: it is given a virtual screen, and told by its own buttons to save."""
    lmms, xdotool, screen = tool("lmms"), tool("xdotool"), tool("Xvfb")
    for folder in ("projects", "samples", "presets"):
        (tmp_path / folder).mkdir()
    soundfont = Path(pretty_midi.__file__).parent / "TimGM6mb.sf2"
    (tmp_path / "rc.xml").write_text(LMMS_SETTINGS.format(folder=tmp_path, soundfont=soundfont))
    (tmp_path / "song.mid").write_bytes(MIDI.write(melody))
    saved = tmp_path / "saved.mmp"

    display_read, display_write = os.pipe()
    server = subprocess.Popen(
        [screen, "-displayfd", str(display_write), "-screen", "0", "1400x900x24"],
        pass_fds=[display_write], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        display = ":" + os.read(display_read, 16).decode().strip()
        environment = os.environ | {"DISPLAY": display, "HOME": str(tmp_path), "QT_QPA_PLATFORM": "xcb"}
        workstation = subprocess.Popen(
            [lmms, "--allowroot", "-c", tmp_path / "rc.xml", "--import", tmp_path / "song.mid"],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

        def press(*words):
            return subprocess.run(
                [xdotool, *words], env=environment, capture_output=True, text=True, check=False
            ).stdout

        deadline = time.monotonic() + 120
        while not is_complete(saved) and time.monotonic() < deadline:
            time.sleep(2)
            press("mousemove", "134", "37", "click", "1")  # the disk in the tool bar
            time.sleep(1)
            if dialog := press("search", "--name", "^Save").split():
                press("windowfocus", dialog[-1], "sleep", "0.5", "key", "ctrl+a", "type", f"{saved}")
                press("sleep", "0.5", "key", "Return")
                time.sleep(2)
        workstation.kill()
        workstation.wait()
    finally:
        server.terminate()
        server.wait()
        os.close(display_read)
        os.close(display_write)
    project = ET.parse(saved)
    track = next(track for track in project.iter("track") if track.find(".//note") is not None)
    assert track.get("name") == "Harmonium, Sa = D3"
    assert track.find(".//sf2player").get("patch") == "20"
    notes = sorted(track.iter("note"), key=lambda note: int(note.get("pos")))
    assert len(notes) == DIGITS
    lmms_key_of_c4 = 48  # LMMS 1.2 calls MIDI's 60 its key 48
    assert [int(note.get("key")) - lmms_key_of_c4 + 60 for note in notes] == melody.midi_notes


def test_fluidsynth_renders_our_midi(tool, tmp_path, melody):
    from primesong.resources import default_soundfont

    (tmp_path / "song.mid").write_bytes(MIDI.write(replace(melody, number_digits=melody.number_digits[:64])))
    done = subprocess.run(
        [tool("fluidsynth"), "-ni", "-F", tmp_path / "song.wav", default_soundfont(), tmp_path / "song.mid"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    import soundfile

    samples, rate = soundfile.read(tmp_path / "song.wav")
    assert len(samples) / rate == pytest.approx(16, abs=3)
    assert abs(samples).max() > 0.01, done.stderr


@pytest.mark.parametrize("synth", ["harmonium", "fluidsynth"])
def test_ffmpeg_measures_the_loudness_that_we_state(tool, tmp_path, melody, synth):
    write_sound(
        replace(melody, number_digits=melody.number_digits[:240]),
        tmp_path / "song.wav",
        options=RenderOptions(synth=synth),
    )
    said = subprocess.run(
        [tool("ffmpeg"), "-nostats", "-i", tmp_path / "song.wav", "-af", "ebur128=peak=true", "-f", "null", "-"],
        capture_output=True, text=True, check=True,
    ).stderr  # fmt: skip
    summary = said.rpartition("Summary:")[2]
    assert float(re.search(r"I:\s+(\S+) LUFS", summary)[1]) == pytest.approx(-16, abs=0.6)
    assert float(re.search(r"Peak:\s+(\S+) dBFS", summary)[1]) < -1


def test_ffmpeg_reads_the_tags(tool, tmp_path, melody):
    short = replace(melody, number_digits="3092")
    write_sound(short, tmp_path / "song.wav")
    shown = subprocess.run(
        [tool("ffprobe"), "-v", "error", "-of", "json", "-show_format", tmp_path / "song.wav"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    tags = json.loads(shown)["format"]["tags"]
    assert (tags["title"], tags["comment"]) == ("femtoGPT", short.record.to_text())
    assert tags["copyright"].startswith("Harmonium recorded by Donya Quick, CC BY 3.0, https://creativecommons.org/")


def test_gnu_gzip_unpacks_the_number(tool, song):
    """It prints the program, and exits with 2 for the four bytes that follow it."""
    done = subprocess.run([tool("gzip"), "-dc"], input=leading_bytes(song.number), capture_output=True, check=False)
    assert done.stdout == song.program
    assert done.returncode == 2


def test_mido_and_music21_agree_with_each_other_on_our_files(tmp_path, melody):
    from music21 import converter

    short = replace(melody, number_digits=melody.number_digits[:48])
    (tmp_path / "song.mid").write_bytes(MIDI.write(short))
    (tmp_path / "song.musicxml").write_bytes(MUSICXML.write(short))
    by_mido = [m.note for m in mido.MidiFile(tmp_path / "song.mid") if m.type == "note_on" and m.velocity]
    by_music21 = [
        note.pitch.midi
        for note in converter.parse(tmp_path / "song.musicxml", forceSource=True, storePickle=False).flatten().notes
    ]
    assert by_mido == by_music21 == short.midi_notes
