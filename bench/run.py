#!/usr/bin/env python3
"""Compares cdp-scrape with other drivers: the same pages, the same Chromium, alternating.

    scripts/bench [--quick] [--only NAME,…] [--kind KIND] [--pages N] [--concurrency N] [--rounds N] [--write]
"""
import argparse
import contextlib
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import drivers
import pages
import report

HERE = os.path.dirname(os.path.abspath(__file__))
PAUSE = 2  # seconds: what a browser leaves to the kernel is no concern of the next


def parse_arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="two rounds of twenty pages: to see that all works")
    parser.add_argument("--only", default="", metavar="NAME,…", help="these drivers, and puppeteer to compare with")
    parser.add_argument("--kind", default="mixed", choices=pages.KINDS, help="what the pages hold [mixed]")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--concurrency", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--extra", action="append", default=[], metavar="'OPTION…'", help="cdp-scrape once more, with these options")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md and its picture")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.pages, arguments.rounds = 20, 2
    return arguments


@contextlib.contextmanager
def served(folder):
    """nginx from Debian: faster than any driver, and the same for all."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with open(f"{folder}/nginx.conf", "w", encoding="utf-8") as file:
        file.write(
            f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log; events {{}} "
            "http { access_log off; types { text/html html; text/javascript js; text/css css; image/png png; } "
            f"server {{ listen 127.0.0.1:{port}; root {folder}/site; location /asset/ {{ expires 1h; }} }} }}"
        )
    subprocess.run(["chmod", "-R", "a+rX", folder], check=True)
    server = subprocess.Popen(["nginx", "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"])
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def measure(driver, urls, concurrency, work):
    """One run. @return its figures and its pages, by URL; None and the reason when it failed"""
    with open(f"{work}/urls", "w", encoding="utf-8") as file:
        file.write("\n".join(urls) + "\n")
    output, result = f"{work}/pages.jsonl", f"{work}/result.json"
    for name in (output, result):
        with contextlib.suppress(FileNotFoundError):
            os.remove(name)
    command = [sys.executable, f"{HERE}/measure.py", result, *driver.command, f"{work}/urls", str(concurrency), output]
    run = subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False)
    with contextlib.suppress(OSError, ValueError):
        with open(result, encoding="utf-8") as file:
            figures = json.load(file)
        with open(output, encoding="utf-8") as file:
            html = {record["url"]: record["html"] for record in map(json.loads, file)}
        if figures["status"] == 0 and len(html) == len(urls):
            return figures, html
        return None, f"exit {figures['status']}, {len(html)} of {len(urls)} pages: {run.stderr.strip()[-300:]}"
    return None, run.stderr.strip()[-300:] or "it wrote nothing"


def in_turn(chosen, number):
    """The drivers of a round, always after the same pause. Who comes after whom must not decide: so each round has an order of its own."""
    for driver in random.Random(number).sample(chosen, len(chosen)):
        time.sleep(PAUSE)
        yield driver


def without_doctype(html):
    """Some drivers give the root element only, some an end of line more."""
    return re.sub(r"^\s*<!doctype[^>]*>\s*", "", html or "", flags=re.IGNORECASE).strip()


def usable(wanted, program, extra):
    """The drivers that can be run here."""
    found = []
    candidates = drivers.all_drivers(program)
    for number, options in enumerate(extra):
        candidates.insert(1 + number, drivers.ours("cdp-scrape " + options, program, *options.split()))
    for driver in candidates:
        if wanted and driver.name not in wanted and not driver.reference and not driver.name.startswith("cdp-scrape "):
            continue
        reason = driver.make()
        if reason:
            print(f"{driver.name}: skipped, {reason}", flush=True)
        else:
            found.append(driver)
    return found


def main():
    arguments = parse_arguments()
    if not shutil.which("nginx"):
        sys.exit("bench: there is no nginx here")
    os.makedirs(drivers.BUILD, exist_ok=True)
    os.environ.setdefault("CHROME", "/usr/lib/chromium/chromium-headless-shell")
    if os.getuid() == 0:
        os.environ["USER_IS_ROOT"] = "1"
    chosen = usable(set(filter(None, arguments.only.split(","))), arguments.program, arguments.extra)
    figures = {driver.name: [] for driver in chosen}
    texts, different = {}, {}
    with tempfile.TemporaryDirectory() as work:
        paths = pages.write(f"{work}/site", [arguments.kind], arguments.pages)[arguments.kind]
        with served(work) as address:
            urls = [address + path for path in paths]
            for number in range(arguments.rounds):
                for driver in in_turn(chosen, number):
                    result, html = measure(driver, urls, arguments.concurrency, work)
                    if result is None:
                        print(f"{driver.name}: {html}", flush=True)
                        continue
                    figures[driver.name].append(result)
                    print(f"round {number + 1}: {driver.name:24} {arguments.pages / result['seconds']:6.1f} pages/s", flush=True)
                    for url in urls:
                        text = without_doctype(html[url])
                        if texts.setdefault(url, text) != text:
                            different[driver.name] = different.get(driver.name, 0) + 1
    table = report.summarise(figures, arguments.pages, different)
    print("\n" + report.as_text(table))
    if arguments.write:
        report.write(table, arguments, os.environ["CHROME"], drivers.ROOT)
    return 1 if "cdp-scrape" in different else 0


if __name__ == "__main__":
    sys.exit(main())
