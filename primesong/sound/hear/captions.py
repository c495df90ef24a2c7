"""What was heard as captions, at the times at which it was heard; with the program so far, if a song's beginning is
among it."""

from primesong.number.unfolding import Unfolding, unfold
from primesong.sargam.script import DEFAULT_VERSES, SCRIPTS
from primesong.sargam.tala import TINTAL
from primesong.score.captions import Caption, caption_notes
from primesong.sound.hear.diagnosis import read_beginning
from primesong.sound.hear.opening import Opening, find_openings_anywhere
from primesong.sound.hear.reading import order_by_digit
from primesong.sound.transcribe.transcription import Transcription


def caption_heard(heard: Transcription) -> list[Caption]:
    """Caption the notes of a recording: from the song's first note on, or from the first that was heard."""
    opening = next(iter(find_openings_anywhere(heard.log_probabilities)), None)
    first, end = heard.extent.start, heard.extent.stop
    known = None
    if opening is not None:
        first, end = opening.start, min(opening.start + opening.length, end)
        known = _unfold_heard(heard, opening)
    script = SCRIPTS[DEFAULT_VERSES[0]]
    words = [script.write(pitch) for pitch in sorted(heard.raga.pitches, key=lambda pitch: pitch.semitones)]
    sung = [words[note] for note in heard.notes[first:end]]
    edges = heard.edges[first : end + 1].clip(min=0)  # the grid may begin a millisecond before the recording
    return caption_notes(sung, edges.tolist(), TINTAL, known)


def _unfold_heard(heard: Transcription, opening: Opening) -> Unfolding:
    """Follow the digits that were heard; what the first ones give does not depend on the later ones."""
    rows = heard.log_probabilities[opening.start : opening.start + opening.length]
    reading = max(opening.readings(), key=lambda one: len(read_beginning(rows, opening, one)))
    digits = "".join(map(str, order_by_digit(rows, opening, reading).argmax(axis=1)))
    return unfold(digits.ljust(opening.length, "0"))
