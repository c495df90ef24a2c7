"""What recordings look like that primesong reads but does not write.

The table of kinds, which every command loads, tells them by this; `ffmpeg` reads those that libsndfile does not.
"""

#: How they begin, as a regular expression: MPEG-4, QuickTime and 3GP; Matroska and WebM; AMR; ASF (WMA); AAC (ADTS);
#: CAF; AU; Wave64; AIFF; AVI; FLV; AC-3; WavPack; True Audio; DTS; MPEG transport streams; Creative Voice; SoX; IRCAM.
HEADS = (
    rb"\x00...(ftyp|moov|mdat|wide|free|skip)|\x1aE\xdf\xa3|#!AMR|\x30\x26\xb2\x75\x8e\x66\xcf\x11|\xff[\xf1\xf9]"
    rb"|caff\x00|\.snd\x00|riff\x2e\x91\xcf\x11|FORM....AIF|RIFF....AVI |FLV\x01|\x0bw|wvpk"
    rb"|TTA1|\x7f\xfe\x80\x01|G@[\x00\x11]\x10\x00|Creative Voice F|\.SoX|\x64\xa3[\x01-\x04]\x00"
)

#: Their suffixes.
SUFFIXES = (
    ".m4a", ".mp4", ".mov", ".m4v", ".m4b", ".3gp", ".3g2", ".webm", ".mka", ".mkv", ".amr", ".aac", ".wma", ".wmv",
    ".caf", ".aiff", ".aif", ".aifc", ".au", ".snd", ".w64", ".rf64", ".avi", ".oga", ".spx", ".mp2", ".ac3", ".flv",
    ".eac3", ".wv", ".tta", ".dts", ".ts", ".m2ts", ".mts", ".voc", ".sox", ".sf",
)  # fmt: skip
