"""The published song's figures, from the issue of its number and from the number's own page, not from our code."""

DIGITS = 3_600
COUNTS = {"3": 390, "0": 384, "9": 375, "2": 371, "8": 361, "5": 357, "4": 350, "7": 348, "1": 344, "6": 320}
SWARAS = {
    "3": "Sa", "0": "Pa", "9": "Sa'", "2": "Re", "8": "Ga",
    "5": "Ma", "4": "komal Dha", "7": "Ni", "1": "Ga'", "6": "'Ni",
}  # fmt: skip
SEMITONES = {"3": 0, "0": 7, "9": 12, "2": 2, "8": 4, "5": 5, "4": 8, "7": 11, "1": 16, "6": -1}
FIRST_DIGITS, LAST_DIGITS = "25669205232646188097", "218139"
BITS = 11_957
MEMBER_BYTES, TRAILING_BYTES, OFFSET = 1_491, 4, 5_019
PROGRAM_BYTES = 2_750
PROGRAM_SHA256 = "fe0ac497226827be64c6e72bace80553f35e4bcd22be4c26a96b1be92aa75f9e"
PROGRAM_FIRST_LINE = b"s=isinstance;R=zip;M=sum;L=print;F=len;B=range"
