#!/usr/bin/env python3
"""Runs the commands of docs/recipes.md as they stand there.

    tests/recipes/run.py PROGRAM TEST_SITE RECIPES.md

Every block ```sh is run by bash, in a directory that its section has to itself. `https://example.com` stands for the test
site, `http://proxy.example.com:3128` for a proxy of this script's. A block ```text right after a block ```sh is what
that one has to print. Comments tell what a reader need not see:

    <!-- file: NAME -->       before the first section: the next block ```text is this file in all directories
    <!-- before: COMMANDS -->, <!-- after: COMMANDS -->    around the next block ```sh, or after the last one; both have to succeed
    <!-- exit: CODE -->       the exit code of the next block ```sh, instead of 0

A section with commands whose result nothing looks at is a fault.
"""

import concurrent.futures
import contextlib
import http.client
import http.server
import os
import re
import subprocess
import sys
import tempfile
import threading
import urllib.parse
from pathlib import Path

PATIENCE = 120  # seconds for one block
AT_ONCE = 3  # sections
PROXY = "http://proxy.example.com:3128"
SITE = "https://example.com"

PART = re.compile(
    r"^## (?P<heading>.+?)\n"
    r"|<!--\s*(?P<key>file|before|after|exit):\s*(?P<value>.*?)\s*-->"
    r"|^```(?P<language>\w*)\n(?P<block>.*?)^```\n",
    re.MULTILINE | re.DOTALL,
)


class Proxy(http.server.BaseHTTPRequestHandler):
    """Hands requests for http: URLs on, and writes down what they were."""

    asked = []

    def do_GET(self):
        self.asked.append(self.path)
        url = urllib.parse.urlsplit(self.path)
        connection = http.client.HTTPConnection(url.netloc, timeout=PATIENCE)
        connection.request("GET", url.path)
        answer = connection.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.getheader("Content-Type", "text/html"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def running_proxy():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@contextlib.contextmanager
def running_site(program):
    with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as site:
        yield site.stdout.readline().strip()
        site.stdin.close()


class Section:
    """What stands below one heading, and the directory that its commands run in."""

    def __init__(self, heading, parts):
        self.heading, self.parts, self.faults = heading, parts, []
        self.looked = self.ran = 0

    def run(self, world, directory):
        self.world, self.directory = world, directory
        directory.mkdir()
        for name, text in world.files.items():
            (directory / name).write_text(world.real(text))
        exit_code, printed = 0, None
        for part in self.parts:
            if part["key"] == "exit":
                exit_code = int(part["value"])
            elif part["key"]:
                self.looked += part["key"] == "after"
                self.bash(part["value"])
            elif part["language"] == "sh":
                printed = self.bash(part["block"], exit_code)
                exit_code = 0
                self.ran += 1
            elif part["language"] == "text":
                self.looked += 1
                if printed != part["block"]:
                    self.fault(f"prints\n{printed}\nand not\n{part['block']}")
        if self.ran and not self.looked:
            self.fault("nothing looks at the result")
        return self

    def bash(self, commands, code=0):
        result = subprocess.run(["bash", "-euo", "pipefail", "-c", self.world.real(commands)], cwd=self.directory,
                                env=self.world.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                timeout=PATIENCE)
        if result.returncode != code:
            self.fault(f"exit code {result.returncode}, not {code}:\n{commands}\n{result.stdout}{result.stderr}")
        return self.world.readable(result.stdout)

    def fault(self, text):
        self.faults.append(f"{self.heading}: {text}")


class World:
    """What the commands find: the program, the site, the proxy, and the files of the preface."""

    def __init__(self, program, site, proxy, work):
        self.site, self.proxy, self.files = site, proxy, {}
        programs = work / "bin"
        programs.mkdir()
        (programs / "cdp-scrape").symlink_to(Path(program).resolve())
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith("CDP_SCRAPE_") and not name.lower().endswith("_proxy")}
        self.temporary = work / "tmp"
        self.temporary.mkdir()
        work.chmod(0o755)  # the browser may run as another user, who has to get through
        self.environment |= {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(work),
                             "TMPDIR": str(self.temporary)}

    def real(self, text):
        return text.replace(PROXY, self.proxy).replace(SITE, self.site)

    def readable(self, text):
        host = self.site.removeprefix("http://")
        return text.replace(self.site, SITE).replace(host.replace(":", "-"), SITE.removeprefix("https://"))


def read_sections(text):
    """The files of the preface by name, and the sections."""
    files, sections, name = {}, [], None
    for part in PART.finditer(text):
        if part["heading"]:
            sections.append(Section(part["heading"], []))
        elif sections:
            sections[-1].parts.append(part)
        elif part["key"] == "file":
            name = part["value"]
        elif part["language"] == "text":
            files[name] = part["block"]
    return files, sections


def main():
    program, site_program, path = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="recipes-") as work, running_proxy() as proxy, \
            running_site(site_program) as site, concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        world = World(program, site, proxy, Path(work))
        world.files, sections = read_sections(Path(path).read_text())
        runs = [pool.submit(section.run, world, Path(work) / str(number)) for number, section in enumerate(sections)]
        faults = [fault for run in runs for fault in run.result().faults]
        if not any(url.startswith(site) for url in Proxy.asked):
            faults.append("nobody asked the proxy")
        faults += [f"left behind: {path}" for path in world.temporary.iterdir()]
    for fault in faults:
        print(f"recipes: {fault}")
    if faults or not sections:
        sys.exit(1)
    print(f"recipes: {sum(section.ran for section in sections)} commands in {len(sections)} sections do what they say")


main()
