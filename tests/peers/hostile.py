#!/usr/bin/env python3
"""Pages that do their worst, and signals at any moment. Prints what was seen; ends with 1 when something was not as promised.

    tests/peers/hostile.py CDP-SCRAPE [CHECK…]

    pages      300 pairs of a hostile page and options, with --timeout 8, each beside good pages: has every page its record 13 s
               after it was begun, at the latest, and is every good page of the same run right?
    signals    SIGINT twice at 100 random moments of runs over hostile pages: does the program end within a second, and is nothing
               left, no process and no directory?
    stopped    SIGSTOP of the browser in the middle of 30 pages: are all of them read?

CDP_SCRAPE_PAIRS and CDP_SCRAPE_MOMENTS change the numbers, CDP_SCRAPE_SEED the chance.
"""
import glob
import http.server
import json
import os
import random
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
import time

TIMEOUT = 8
LIMIT = 13
AT_ONCE = 6

PUT = "const put = (t) => { const p = document.createElement('p'); p.textContent = t; document.body.append(p); };"


def script(text):
    return f"<script>{PUT}{text}</script>"


WORKER = "new Worker(URL.createObjectURL(new Blob(['for (;;);'], {type: 'text/javascript'})))"
BUSY = "const end = performance.now() + %d; while (performance.now() < end);"

# name → body; each of them holds HOSTILE at once.
HOSTILE = {
    "endless-script": script("setTimeout(() => { for (;;); }, 50)"),
    "endless-script-at-once": script("for (;;);"),
    "worker-storm": script(f"for (let i = 0; i < 50; ++i) {WORKER}"),
    "worker-growth": script(f"setInterval(() => {WORKER}, 50)"),
    "recursive-frames": script(
        "for (let i = 0; i < 3; ++i) { const f = document.createElement('iframe'); f.src = '/recursive-frames?' + Math.random();"
        " document.body.append(f); }"
    ),
    "frame-storm": script("setInterval(() => document.body.append(document.createElement('iframe')), 5)"),
    "spinning-timer": script("setInterval(() => { " + BUSY % 900 + " }, 0)"),
    "spinning-frames": script("const f = () => { " + BUSY % 300 + " requestAnimationFrame(f); }; requestAnimationFrame(f)"),
    "microtasks": script("setTimeout(() => { const f = () => Promise.resolve().then(f); f(); }, 100)"),
    "many-timers": script("const f = () => { setTimeout(f, 0); setTimeout(() => {}, 0); }; for (let i = 0; i < 300; ++i) f()"),
    "message-storm": script("const c = new MessageChannel(); c.port1.onmessage = () => { for (let i = 0; i < 2; ++i) if (Math.random() < .6)"
                            " c.port2.postMessage(0); }; setInterval(() => c.port2.postMessage(0), 1)"),
    "endless-write": script("setInterval(() => document.write('<p>more'), 1)"),
    "rewrites-itself": script("setInterval(() => { document.open(); document.write('<p>HOSTILE'); document.close(); }, 30)"),
    "push-state": script("setInterval(() => { for (let i = 0; i < 20; ++i) history.pushState(0, '', '?' + Math.random()); }, 1)"),
    "fragments": script("let n = 0; setInterval(() => { location.hash = ++n; }, 1)"),
    "reloads": script("setTimeout(() => location.reload(), 100)"),
    "goes-on": script("setTimeout(() => { location.href = '/goes-on?' + Math.random(); }, 20)"),
    "goes-nowhere": script("setTimeout(() => { location.href = '/never'; }, 100)"),
    "goes-nowhere-often": script("setInterval(() => { location.href = '/never?' + Math.random(); }, 30)"),
    "blocked-form": script("setTimeout(() => { const f = document.createElement('form'); f.action = '/x'; document.body.append(f);"
                           " f.submit(); }, 100)"),
    "refresh": "<meta http-equiv=refresh content=2>",
    "refresh-late": "<meta http-equiv=refresh content=7>",
    "will-not-leave": script("onbeforeunload = (e) => { e.preventDefault(); return 1; }; setInterval(() => { location.href = '/never'; }, 50)"),
    "dialogs": script("setTimeout(() => { for (;;) alert(1); }, 100)"),
    "prompts": script("setInterval(() => { confirm(1); prompt(2); }, 10)"),
    "print": script("setInterval(() => print(), 20)"),
    "popups": script("setInterval(() => open('/good'), 50)"),
    "fetch-storm": script("setInterval(() => { for (let i = 0; i < 30; ++i) fetch('/good?' + Math.random()).catch(() => 0); }, 20)"),
    "never-answered": "<img src=/never?i><link rel=stylesheet href=/never?s><iframe src=/never?f></iframe>",
    "never-answered-script": "<p>x<script src=/never?script></script>",
    "clock": script("const b = document.createElement('b'); document.body.append(b); setInterval(() => { b.textContent = Date.now(); }, 20)"),
    "frame-clock": script("const b = document.createElement('b'); document.body.append(b); const f = () => { b.textContent ="
                          " Math.random(); requestAnimationFrame(f); }; f()"),
    "grows": script("setInterval(() => { for (let i = 0; i < 1000; ++i) put('row ' + i); }, 20)"),
    "deep": script("let e = document.body; setInterval(() => { for (let i = 0; i < 50; ++i) { const d = document.createElement('div');"
                   " e.append(d); e = d; } }, 10)"),
    "memory": script("const all = []; setInterval(() => { if (all.length < 40) all.push(new Uint8Array(1 << 20).fill(1)); }, 20)"),
    "long-task": script(BUSY % 4000 + " put('done')"),
    "long-tasks": script("let n = 0; const f = () => { " + BUSY % 1500 + " if (++n < 20) setTimeout(f, 200); }; f()"),
    "observer-loop": script("new MutationObserver(() => document.body.setAttribute('x', Math.random())).observe(document.body,"
                            " {attributes: true, childList: true}); put('x')"),
    "layout": script("for (let i = 0; i < 3000; ++i) put('w ' + i); setInterval(() => { for (let i = 0; i < 20; ++i) {"
                     " document.body.style.width = 300 + Math.random() * 300 + 'px'; document.body.offsetHeight; } }, 10)"),
    "streams": "<img src=/drip>",
}
HEADERS = {"blocked-form": {"Content-Security-Policy": "form-action 'none'"}}

OPTIONS = [
    ["--wait", "auto"],
    ["--wait", "load"],
    ["--wait", "domcontentloaded"],
    ["--wait", "networkidle"],
    ["--wait-selector", "#never-there"],
    ["--wait-function", "window.neverThere"],
    ["--scroll", "20"],
    ["--fetch", "auto"],
    ["--iframes", "--shadow"],
    ["--recycle", "50"],
    ["--renderers", "0"],
    ["--frames", "paced", "--wait", "load"],
]
# With these, good pages end with their time, too.
FOR_HOSTILE_ONLY = ("--wait-selector", "--wait-function")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, body, headers=None):
        content = body.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):
        name = self.path.partition("?")[0][1:]
        try:
            if name == "never":
                time.sleep(120)
            elif name == "drip":
                self.send_response(200)
                self.send_header("Content-Type", "image/png")
                self.send_header("Content-Length", "1000000")
                self.end_headers()
                for _ in range(600):
                    self.wfile.write(b"x")
                    time.sleep(0.2)
            elif name in HOSTILE:
                self.answer(f"<!DOCTYPE html><title>{name}</title><body><p>HOSTILE</p>{HOSTILE[name]}", HEADERS.get(name))
            elif name == "good":
                self.answer("<!DOCTYPE html><title>good</title><body><p>GOOD</p>" + script("setTimeout(() => put('LATE-' + 'GOOD'), 200)"))
            else:
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()
        except OSError:
            pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def handle_error(self, *_):
        pass


class World:
    def __init__(self, program):
        self.program = program
        self.random = random.Random(int(os.environ.get("CDP_SCRAPE_SEED", "1")))
        self.server = Server(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.faults = 0

    def fault(self, text):
        self.faults += 1
        print("FAULT", text, flush=True)

    def start(self, arguments, directory):
        environment = dict(os.environ, TMPDIR=directory)
        return subprocess.Popen(
            [self.program, "-q", "-f", "jsonl", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )


def good_ones_are_complete(options):
    return "auto" in options or options[0] in ("--scroll", "--iframes", "--recycle", "--renderers")


def check_pages(world):
    """Groups of hostile pages with the same options, each followed by a good page."""
    pairs = [(page, options) for page in HOSTILE for options in OPTIONS]
    world.random.shuffle(pairs)
    pairs = pairs[: int(os.environ.get("CDP_SCRAPE_PAIRS", "300"))]
    groups = {}
    for page, options in pairs:
        groups.setdefault(tuple(options), []).append(page)
    seen, longest, outcomes = 0, 0.0, {}
    for options, pages in groups.items():
        for first in range(0, len(pages), AT_ONCE):
            some = pages[first : first + AT_ONCE]
            urls = []
            for page in some:
                urls.append(f"{world.origin}/{page}")
                if not set(FOR_HOSTILE_ONLY) & set(options):
                    urls.append(f"{world.origin}/good?{page}")
            with tempfile.TemporaryDirectory(prefix="hostile-") as directory:
                os.chmod(directory, 0o755)
                began = time.monotonic()
                process = world.start(["--timeout", str(TIMEOUT), "-c", str(len(urls)), *options, *urls], directory)
                try:
                    output, errors = process.communicate(timeout=90)
                except subprocess.TimeoutExpired:
                    process.kill()
                    world.fault(f"{options} {some}: the run did not end")
                    continue
                took = time.monotonic() - began
            records = [json.loads(line) for line in output.splitlines()]
            if len(records) != len(urls):
                world.fault(f"{options} {some}: {len(records)} records of {len(urls)}; {errors[-300:]}")
            for record in records:
                seen += 1
                page = record["url"].rpartition("/")[2]
                total = record["timings_ms"]["total"] / 1000
                longest = max(longest, total)
                code = record["error"]["code"] if record["error"] else "partial" if record["partial"] else "ok"
                if total > LIMIT:
                    world.fault(f"{options} {page}: record after {total:.1f} s: {code}")
                html = record["html"] or ""
                if page.startswith("good?"):
                    whole = "LATE-GOOD" in html or not good_ones_are_complete(options)
                    if code != "ok" or "<p>GOOD" not in html or not whole:
                        world.fault(f"{options} {page} in bad company: {code}, {total:.1f} s, attempts {record['attempts']}, {record['error']}")
                else:
                    outcomes[code] = outcomes.get(code, 0) + 1
                    if code in ("ok", "partial") and not html:
                        world.fault(f"{options} {page}: {code} without HTML")
            print(f"{took:5.1f} s {' '.join(options)}: {' '.join(some)}", flush=True)
    print(f"pages: {len(pairs)} pairs, {seen} records, the longest after {longest:.1f} s; hostile ones: {outcomes}")


def check_signals(world):
    moments = int(os.environ.get("CDP_SCRAPE_MOMENTS", "100"))
    longest = 0.0
    for number in range(moments):
        pages = world.random.sample(sorted(HOSTILE), 6)
        options = world.random.choice(OPTIONS)
        with tempfile.TemporaryDirectory(prefix="hostile-") as directory:
            os.chmod(directory, 0o755)
            process = world.start(["--timeout", "8", "-c", "6", *options, *[f"{world.origin}/{page}" for page in pages]], directory)
            # Before the program catches signals, the first one ends it, and that is right, too.
            time.sleep(world.random.choice([world.random.uniform(0.0, 0.6), world.random.uniform(0.5, 7)]))
            process.send_signal(signal.SIGINT)
            # Signals of a kind that come before the first has been taken are one.
            time.sleep(world.random.uniform(0.05, 0.3))
            process.send_signal(signal.SIGINT)
            began = time.monotonic()
            try:
                process.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                world.fault(f"moment {number}: it did not end at all: {options} {pages}")
                continue
            took = time.monotonic() - began
            longest = max(longest, took)
            if took > 1:
                world.fault(f"moment {number}: {took:.2f} s until the end: {options} {pages}")
            left = glob.glob(directory + "/cdp-scrape-*")
            if left:
                world.fault(f"moment {number}: left behind: {left}")
    print(f"signals: {moments} moments, the longest end took {longest:.2f} s")


def browsers_of(pid):
    found = []
    for stat in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(stat) as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.split("/")[2]))
    return found


def check_stopped(world):
    for concurrency in ("1", "4"):
        urls = [f"{world.origin}/good?{number}" for number in range(30)]
        with tempfile.TemporaryDirectory(prefix="hostile-") as directory:
            os.chmod(directory, 0o755)
            process = world.start(["--timeout", str(TIMEOUT), "-c", concurrency, *urls], directory)
            time.sleep(2.5)
            for browser in browsers_of(process.pid):
                os.killpg(browser, signal.SIGSTOP)
            output, errors = process.communicate(timeout=200)
        records = [json.loads(line) for line in output.splitlines()]
        failed = [record["error"] for record in records if record["error"] or record["partial"]]
        if len(records) != len(urls) or failed:
            world.fault(f"stopped, -c {concurrency}: {len(records)} records, failed: {failed}; {errors[-300:]}")
        tried = sorted(record["attempts"] for record in records)
        print(f"stopped, -c {concurrency}: {len(records) - len(failed)} of {len(urls)} read; attempts up to {tried[-1]}")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    world = World(sys.argv[1])
    for check in sys.argv[2:] or ["pages", "signals", "stopped"]:
        globals()["check_" + check](world)
    print(f"faults: {world.faults}")
    sys.exit(1 if world.faults else 0)


main()
