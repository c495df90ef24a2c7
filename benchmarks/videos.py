"""How fast a song becomes a video, in how much memory, and through which encodings its program comes back.

A song is written at 1920 x 1080 pixels as MP4 and as WebM; CPU seconds, seconds and memory are those of the command.
A short song is then written in every aspect, encoded again by FFmpeg (which must be installed), smaller, as platforms
and messengers do, and decoded from its sound: the table of docs/hearing.md.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import av
from containers import PROGRAM

from primesong.video.layout import LAYOUTS
from primesong.video.mux import CONTAINERS

PRIMESONG = (sys.executable, "-m", "primesong")

#: A telephone's picture.
SMALL = ("-vf", "scale=-2:480", "-r", "15")

H264 = ("-c:v", "libx264", "-preset", "ultrafast", *SMALL)
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "16", "-b:v", "300k", *SMALL)

ENCODINGS = {
    "as written: H.264, AAC 192k": None,
    "H.264, AAC 96k": ("mp4", *H264, "-c:a", "aac", "-b:a", "96k"),
    "H.264, AAC 64k": ("mp4", *H264, "-c:a", "aac", "-b:a", "64k"),
    "H.264, AAC 32k, one channel": ("mp4", *H264, "-c:a", "aac", "-b:a", "32k", "-ac", "1"),
    "VP8, Opus 48k": ("webm", *VP8, "-c:a", "libopus", "-b:a", "48k"),
    "VP8, Opus 16k, one channel": ("webm", *VP8, "-c:a", "libopus", "-b:a", "16k", "-ac", "1"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("song", nargs="?", default="femtogpt", help="whose videos are timed (default: femtogpt)")
    parser.add_argument("--end", metavar="N", default="100", help="the last avartan that is timed (default: 100)")
    parser.add_argument("--read", metavar="SONG", help="the song that is read (default: one of 209 notes)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"{'written':30} {'CPU s':>7} {'s':>7} {'x real time':>12} {'MiB':>6} {'MB':>6}", flush=True)
        for suffix in CONTAINERS:
            measure_writing(folder / f"song{suffix}", options.song, "--end", options.end)
        song = options.read or folder / "short.mid"
        if song != options.read:
            (folder / "short.py").write_bytes(PROGRAM)
            run(*PRIMESONG, "compose", folder / "short.py", "-o", song, "--quiet")
        program = run(*PRIMESONG, "decode", song)
        for aspect in LAYOUTS:
            print(f"\n{'read, ' + aspect:30} {'decoded':>8} {'s':>7}")
            path = folder / "short.mp4"
            run(*PRIMESONG, "export", "video", song, "-o", path, "--aspect", aspect, "--force", "--quiet")
            for what, words in ENCODINGS.items():
                measure_reading(what, path, words, program)


def measure_writing(path: Path, *words: str) -> None:
    before, began = getrusage(RUSAGE_CHILDREN), time.monotonic()
    run(*PRIMESONG, "export", "video", *words, "-o", path, "--quiet")
    after, wall = getrusage(RUSAGE_CHILDREN), time.monotonic() - began
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    with av.open(path) as video:
        seconds = (video.duration or 0) / av.time_base
    size, most = path.stat().st_size / 1e6, after.ru_maxrss / 1024
    print(f"{path.suffix:30} {cpu:7.1f} {wall:7.1f} {seconds / wall:12.1f} {most:6.0f} {size:6.1f}", flush=True)


def measure_reading(what: str, path: Path, words: tuple[str, ...] | None, program: bytes) -> None:
    if words is not None:
        container, *options = words
        again = path.with_name(f"again.{container}")
        run("ffmpeg", "-v", "error", "-y", "-i", path, *options, again)
        path = again
    before = getrusage(RUSAGE_CHILDREN).ru_utime
    done = subprocess.run([*PRIMESONG, "decode", path], capture_output=True, check=False)
    spent, said = getrusage(RUSAGE_CHILDREN).ru_utime - before, "yes" if done.stdout == program else "no"
    print(f"{what:30} {said:>8} {spent:7.1f}  {done.stderr.decode().strip()}", flush=True)


def run(*words: str | Path) -> bytes:
    return subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout


if __name__ == "__main__":
    main()
