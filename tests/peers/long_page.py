#!/usr/bin/env python3
"""The driver's peak of memory (VmHWM) for a page of some megabytes.

    tests/peers/long_page.py PROGRAM [--megabytes 100] [-- OPTIONS]

Prints the peak for an almost empty page and for the long one, with the options given, such as `-f jsonl -o FILE`.
"""

import argparse
import http.server
import os
import subprocess
import threading
import time

LINE = b'<p>some text of a line that is "quoted", and goes on for a hundred bytes or so, as lines of texts do</p>\n'
HEAD = b"<!DOCTYPE html><html><head><meta charset=utf-8><title>long</title></head><body>\n"
BLOCK = 1000  # lines


class Site(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        megabytes = self.path.removeprefix("/long/")
        blocks = int(megabytes) * 1_000_000 // (len(LINE) * BLOCK) if megabytes.isdigit() else 0
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(HEAD) + blocks * len(LINE) * BLOCK))
        self.end_headers()
        self.wfile.write(HEAD)
        for _ in range(blocks):
            self.wfile.write(LINE * BLOCK)

    def log_message(self, *_):
        pass


def peak_of(process):
    peak = 0
    while process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
                peak = max([peak] + [int(line.split()[1]) for line in status if line.startswith("VmHWM")])
        except OSError:
            pass
        time.sleep(0.01)
    return peak / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("options", nargs="*")
    given = parser.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for megabytes in (0, given.megabytes):
        url = f"http://127.0.0.1:{server.server_port}/long/{megabytes}"
        command = [os.path.abspath(given.program), "-q", "--robots", "ignore", "--timeout", "300", "--overwrite"]
        process = subprocess.Popen([*command, *given.options, url], stdout=subprocess.DEVNULL)
        peak = peak_of(process)
        print(f"{megabytes} MB: {peak:.0f} MiB, exit code {process.returncode}", flush=True)


if __name__ == "__main__":
    main()
