"""How fast a song becomes a video, in how much memory, and through which encodings its program comes back.

    python benchmarks/videos.py [SONG]

The song (femtogpt by default) is written at 1920 x 1080 pixels as MP4 and as WebM; CPU seconds, seconds and memory are
those of the whole command. The MP4 is then encoded again by FFmpeg, which must be installed, smaller, as platforms and
messengers do, and decoded from its sound.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import av

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
    song = sys.argv[1] if len(sys.argv) > 1 else "femtogpt"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"{'written':30} {'CPU s':>7} {'s':>7} {'x real time':>12} {'MiB':>6} {'MB':>6}")
        for suffix in ("mp4", "webm"):
            measure_writing(song, folder / f"song.{suffix}")
        print(f"\n{'read':30} {'decoded':>8} {'s':>7}")
        program = run(*PRIMESONG, "decode", song)
        for what, words in ENCODINGS.items():
            measure_reading(what, folder / "song.mp4", words, program)


def measure_writing(song: str, path: Path) -> None:
    before, began = getrusage(RUSAGE_CHILDREN), time.monotonic()
    run(*PRIMESONG, "export", "video", song, "-o", path, "--quiet")
    after, wall = getrusage(RUSAGE_CHILDREN), time.monotonic() - began
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    with av.open(path) as video:
        seconds = (video.duration or 0) / av.time_base
    size = path.stat().st_size / 1e6
    print(f"{path.suffix:30} {cpu:7.1f} {wall:7.1f} {seconds / wall:12.1f} {after.ru_maxrss / 1024:6.0f} {size:6.1f}")


def measure_reading(what: str, path: Path, words: tuple[str, ...] | None, program: bytes) -> None:
    if words is not None:
        container, *options = words
        again = path.with_name(f"again.{container}")
        run("ffmpeg", "-v", "error", "-y", "-i", path, *options, again)
        path = again
    began = time.monotonic()
    done = subprocess.run([*PRIMESONG, "decode", path], capture_output=True, check=False)
    said = "yes" if done.stdout == program else "no"
    print(f"{what:30} {said:>8} {time.monotonic() - began:7.1f}  {done.stderr.decode().strip()}")


def run(*words: str | Path) -> bytes:
    return subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout


if __name__ == "__main__":
    main()
