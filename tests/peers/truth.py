#!/usr/bin/env python3
"""Long checks that a page's record is the truth, whatever happens around it. Prints what was seen.

    tests/peers/truth.py CHECK CDP-SCRAPE TEST-SITE

    hanging        60 good pages among scripts that never end, endless answers, dialogs, popups and redirect loops, with
                   renderers stopped by SIGSTOP: what the good ones lose, and how long a slot is taken
    late           pages that finish long after load (XHR, requestAnimationFrame, IntersectionObserver): are they complete,
                   one at a time and sixteen?
    kills          SIGKILL of the browser, again and again, under a run: is every page read, and how soon does the next begin?
    documentation  300 pages of Debian's documentation: does --wait auto read what a wait of five seconds reads?
                   Needs the packages rust-doc, python3-doc and libeigen3-doc.
"""
import bisect
import contextlib
import functools
import http.server
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse

TIMEOUT = 6  # seconds for a page that hangs


def records_of(output):
    return [json.loads(line) for line in output.splitlines()]


def scrape(program, urls, *options):
    result = subprocess.run(
        [program, "-q", "-f", "jsonl", "-i", "-", *options], input="\n".join(urls), stdout=subprocess.PIPE, text=True, check=False
    )
    return records_of(result.stdout)


def start(program, urls, *options):
    """A run under way, whose records come later: nothing must wait for their reader."""
    run = subprocess.Popen([program, "-q", "-f", "jsonl", "-i", "-", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    run.stdin.write("\n".join(urls))
    run.stdin.close()
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(run.stdout.read().splitlines()))
    reader.start()
    return run, reader, lines


@contextlib.contextmanager
def test_site(program):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([program, "--port", str(port)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.1)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stdin.close()  # which it takes for its end
        server.terminate()
        server.wait()


def children(pid):
    """The processes below one, itself included."""
    with contextlib.suppress(OSError):
        yield pid
        for child in open(f"/proc/{pid}/task/{pid}/children", encoding="ascii").read().split():
            yield from children(int(child))


def renderers(pid):
    for process in children(pid):
        with contextlib.suppress(OSError):
            if "--type=renderer" in open(f"/proc/{process}/cmdline", encoding="utf-8").read():
                yield process


def browser_of(pid):
    for process in children(pid):
        with contextlib.suppress(OSError):
            if process != pid and "chromium" in os.readlink(f"/proc/{process}/exe"):
                return process
    return None


def check_hanging(program, site_program):
    faults = [
        "/spin", "/spin-after-load", "/b/spin-handler", "/hang?1", "/drip?ms=300&bytes=1000", "/alert-loop", "/b/popup-storm",
        "/redirect-loop", "/b/js-loop", "/b/meta-loop", "/b/script-hangs", "/never-idle", "/sse",
    ]
    with test_site(site_program) as site:
        urls = []
        for number in range(60):
            urls.append(f"{site}/page/{number}")
            if number % 4 == 1 and number // 4 < len(faults):
                urls.append(site + faults[number // 4])
        run, reader, lines = start(program, urls, "-c", "6", "--timeout", str(TIMEOUT))
        stopped = set()
        while run.poll() is None:
            time.sleep(2.5)
            victims = [process for process in renderers(run.pid) if process not in stopped]
            if victims and len(stopped) < 2:
                os.kill(victims[0], signal.SIGSTOP)
                stopped.add(victims[0])
        reader.join()
    records = records_of("\n".join(lines))
    good = [record for record in records if "/page/" in record["url"]]
    whole = sum(record["outcome"] == "ok" and "item 50" in (record["html"] or "") for record in good)
    slowest = max(record["timings_ms"]["total"] for record in records) / 1000
    print(f"{len(records)} records of {len(urls)}; {whole} of {len(good)} good pages whole; {len(stopped)} renderers stopped")
    print(f"the slowest slot was free after {slowest:.1f} s of {TIMEOUT + 5} s")
    return len(records) == len(urls) and whole == len(good) and slowest <= TIMEOUT + 5


def check_late(program, site_program):
    proofs = {"/late-xhr": 'id="late"', "/raf": 'id="mounted"', "/lazy": 'id="near"'}
    perfect = True
    with test_site(site_program) as site:
        for concurrency in ("1", "16"):
            # Chromium has requests for one and the same URL wait for each other: every page has its own.
            urls = [f"{site}{path}?n={number}&ms={800 + number}" for number in range(30) for path in proofs]
            records = scrape(program, urls, "-c", concurrency)
            whole = sum(
                next(proof in (record["html"] or "") for path, proof in proofs.items() if path in record["url"]) and not record["partial"]
                for record in records
            )
            print(f"-c {concurrency}: {whole} of {len(urls)} complete")
            perfect &= whole == len(urls)
    return perfect


class SlowPages(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    arrivals = []

    def do_GET(self):
        self.arrivals.append(time.time())
        time.sleep(0.4)
        body = b"<!DOCTYPE html><title>p</title><p id=x></p><script>x.textContent = 'built ' + location.search</script>"
        with contextlib.suppress(OSError):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 200

    def handle_error(self, *_):
        pass  # clients that die are what this is about


def check_kills(program, _):
    server = Server(("127.0.0.1", 0), SlowPages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    urls = [f"http://127.0.0.1:{server.server_port}/p?{number}" for number in range(400)]
    run, reader, lines = start(program, urls, "-c", "6", "--retries", "5")
    kills = []
    while run.poll() is None:
        time.sleep(1.6 + random.random())
        if (browser := browser_of(run.pid)) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(browser, signal.SIGKILL)
                kills.append(time.time())
    reader.join()
    records = records_of("\n".join(lines))
    arrivals = sorted(SlowPages.arrivals)
    gaps = sorted(
        arrivals[at] - kill for kill in kills if (at := bisect.bisect(arrivals, kill + 0.02)) < len(arrivals)
    )
    good = sum(record["outcome"] == "ok" and "built" in record["html"] for record in records)
    again = sum(record["attempts"] >= 2 for record in records)
    p95 = gaps[min(len(gaps) - 1, int(len(gaps) * 0.95))]
    print(f"{len(kills)} kills; {good} of {len(urls)} pages whole, {again} of them at a further attempt")
    print(f"death to next request: median {statistics.median(gaps):.2f} s, p95 {p95:.2f} s, longest {gaps[-1]:.2f} s")
    return good == len(urls) and p95 <= 2


class Quiet(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass


def check_documentation(program, _):
    root = "/usr/share/doc"
    paths = []
    chosen = random.Random(7)
    for package in ("rust-doc", "python3.11", "libeigen3-dev", "libeigen3-doc"):
        pages = sorted(
            os.path.join(folder, name)[len(root):]
            for folder, _, names in os.walk(os.path.join(root, package))
            for name in names
            if name.endswith(".html")
        )
        paths += chosen.sample(pages, min(100, len(pages)))
    if not paths:
        print("skipped, there is no documentation here")
        return True
    server = Server(("127.0.0.1", 0), functools.partial(Quiet, directory=root))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    urls = [f"http://127.0.0.1:{server.server_port}{urllib.parse.quote(path)}" for path in paths]
    at_rest = scrape(program, urls, "--wait", "auto", "-c", "8")
    late = scrape(program, urls, "--wait", "load", "--delay", "5000", "-c", "24", "--timeout", "120")
    equal = 0
    for one, other in zip(at_rest, late):
        if one["outcome"] == "ok" and one["html"] == other["html"]:
            equal += 1
            continue
        print("different:", one["url"], one["outcome"], other["outcome"], one["html_bytes"], other["html_bytes"])
        # Pages of one run share a site's storage; what they keep there shows in each other.
        alone = [scrape(program, [one["url"]], *options)[0]["html"] for options in (["--wait", "auto"], ["--wait", "load", "--delay", "5000"])]
        print("    and each read alone:", "equal" if alone[0] == alone[1] else "different")
    waits = [record["timings_ms"]["wait"] for record in at_rest]
    print(f"{equal} of {len(urls)} pages equal; the median wait after the document was {statistics.median(waits):.0f} ms")
    return equal == len(urls)


CHECKS = {"hanging": check_hanging, "late": check_late, "kills": check_kills, "documentation": check_documentation}

if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in CHECKS:
        sys.exit(__doc__)
    sys.exit(0 if CHECKS[sys.argv[1]](*sys.argv[2:]) else 1)
