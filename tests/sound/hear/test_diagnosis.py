"""What is said of a song that gives no program, from facts."""

from dataclasses import replace

import pytest

from primesong.sound.hear.diagnosis import Diagnosis, describe, list_avartans, name_avartans

CLEAR = Diagnosis(445, 146.8, breaks=(), missing=(), lost_at=None, doubtful=(), beginning=b"def gcd")


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            {"doubtful": (16, 17, 40)},
            "a song of 445 notes is heard, Sa at 146.8 Hz, but 3 notes are doubtful (avartans 2 to 3), and no program",
        ),
        (
            {"doubtful": (16,)},
            "a song of 445 notes is heard, Sa at 146.8 Hz, but 1 note is doubtful (avartan 2), and no program",
        ),
        ({}, "a song of 445 notes is heard, Sa at 146.8 Hz, all of them clear, but no program was found"),
        ({"missing": (32, 33)}, "2 of the song's 445 notes are not heard: avartan 3; 7 bytes of its program are heard"),
        (
            {"missing": (385, 386), "lost_at": 200},
            "2 of the song's 445 notes are not heard, the first of them about note 201 (avartan 13, matra 9); 7 bytes",
        ),
        (
            {"missing": (400,), "breaks": (200,)},
            "the recording was stopped or cut at note 201 (avartan 13, matra 9); 1 of the song's 445 notes is not",
        ),
        ({"doubtful": tuple(range(300))}, "no song found, or too little of it is clear: if it is one, 300 of its 445"),
    ],
)
def test_each_diagnosis_is_a_sentence(facts, sentence):
    diagnosis = replace(CLEAR, **facts)
    assert describe(diagnosis).startswith(sentence)
    assert diagnosis.is_song == (len(diagnosis.doubtful) < 300)


def test_avartans_are_listed_and_named():
    assert list_avartans([0, 1, 15, 16, 50]) == (0, 1, 3)
    assert name_avartans([0, 1, 3]) == "avartans 1 to 2, 4"
    assert name_avartans(range(0, 40, 2)) == "avartans 1, 3, 5, 7, 9, 11, 13, 15 and more"
