"""How Lighthouse judges the page on a telephone: by its own simulation of a slow network, and on a network made slow.

    npm install --prefix /tmp/lighthouse lighthouse@12
    python benchmarks/lighthouse.py /tmp/lighthouse/node_modules/.bin/lighthouse [SONG]

The page of a song (femtogpt by default) is served compressed, as web servers do, to Debian's Chromium. The simulation
counts the whole file before the first paint; on a slowed network the page paints once its beginning is there.
"""

import gzip
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from primesong.actions.decode import load
from primesong.page.export import write_player_page

METRICS = {
    "first-contentful-paint": "first paint (ms)",
    "largest-contentful-paint": "largest (ms)",
    "speed-index": "speed index (ms)",
    "total-blocking-time": "blocked (ms)",
    "cumulative-layout-shift": "shift",
}
FLAGS = "--headless=new --no-sandbox --disable-gpu"


class Server(http.server.BaseHTTPRequestHandler):
    """It has one page, compressed, and nothing else."""

    page = b""

    def do_GET(self) -> None:
        body = self.page if self.path == "/" else b""
        self.send_response(200 if body else 404)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-encoding", "gzip" if body else "identity")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


def audit(lighthouse: str, url: str, throttling: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [lighthouse, url, "--quiet", f"--chrome-flags={FLAGS}", f"--throttling-method={throttling}",
                   "--output=json", f"--output-path={report}"]  # fmt: skip
        subprocess.run(command, check=True, env=os.environ | {"CHROME_PATH": shutil.which("chromium") or ""})
        found = json.loads(report.read_text())
    scores = ", ".join(f"{name} {100 * one['score']:.0f}" for name, one in found["categories"].items())
    times = ", ".join(f"{name} {found['audits'][key]['numericValue']:.0f}" for key, name in METRICS.items())
    return f"{throttling:10} {scores}\n{'':10} {times}"


def main() -> None:
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    page = write_player_page(load(sys.argv[2] if len(sys.argv) > 2 else "femtogpt"))
    Server.page = gzip.compress(page, mtime=0)
    print(f"{len(page):,} bytes, {len(Server.page):,} compressed")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for throttling in ("simulate", "devtools"):
            print(audit(sys.argv[1], f"http://127.0.0.1:{server.server_port}/", throttling))
        server.shutdown()


if __name__ == "__main__":
    main()
