"""The drivers that are compared: how each is made, and how it is started."""
import os
import shutil
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PEERS = os.path.join(ROOT, "bench", "peers")
BUILD = os.path.join(ROOT, "build", "bench")


class Driver:
    """A command that reads a list of URLs and writes a line of JSON, {url, html}, for each."""

    def __init__(self, name, command, prepare=None, tool=None, reference=False):
        self.name, self.command, self.prepare, self.tool, self.reference = name, command, prepare, tool, reference

    def make(self):
        """@return why it cannot be made here, or None"""
        if self.tool and not shutil.which(self.tool):
            return f"there is no {self.tool} here"
        if self.prepare:
            result = self.prepare()
            if result.returncode != 0:
                return (result.stderr or result.stdout).strip().splitlines()[-1]
        return None


def run(command, folder=None):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def node_packages():
    folder = os.path.join(BUILD, "node")
    shutil.copytree(os.path.join(PEERS, "node"), folder, dirs_exist_ok=True)
    if os.path.exists(os.path.join(folder, "node_modules", ".package-lock.json")):
        return subprocess.CompletedProcess([], 0)
    return run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder)


def python_packages():
    folder = os.path.join(BUILD, "python")
    result = run(["python3", "-m", "venv", folder])
    if result.returncode == 0:
        result = run([f"{folder}/bin/pip", "install", "-q", "-r", os.path.join(PEERS, "python", "requirements.txt")])
    return result


def go_programs():
    return run(["go", "build", "-o", BUILD + "/", "./chromedp", "./rod"], os.path.join(PEERS, "go"))


def rust_program():
    return run(["cargo", "build", "--release", "--locked", "--target-dir", os.path.join(BUILD, "rust")], os.path.join(PEERS, "rust"))


def node(name, **more):
    return Driver(name, ["node", os.path.join(BUILD, "node", name + ".mjs")], node_packages, "npm", **more)


def python(name, script):
    return Driver(name, [os.path.join(BUILD, "python", "bin", "python"), os.path.join(PEERS, "python", script)], python_packages, "python3")


def ours(name, program, *options):
    """Every driver waits for load here; ours by name, the others by default or by theirs."""
    return Driver(name, [os.path.join(PEERS, "cdp-scrape.sh"), program, *options])


def all_drivers(program):
    return [
        ours("cdp-scrape", program),
        ours("cdp-scrape --recycle 50", program, "--recycle", "50"),
        node("puppeteer", reference=True),
        node("puppeteer-reuse"),
        node("playwright"),
        node("crawlee"),
        python("playwright-python", "playwright_pages.py"),
        python("pyppeteer", "pyppeteer_pages.py"),
        Driver("chromedp", [os.path.join(BUILD, "chromedp")], go_programs, "go"),
        Driver("rod", [os.path.join(BUILD, "rod")], go_programs, "go"),
        Driver("chromiumoxide", [os.path.join(BUILD, "rust", "release", "bench-chromiumoxide")], rust_program, "cargo"),
        Driver("dump-dom", [os.path.join(PEERS, "dump-dom.sh")]),
    ]
