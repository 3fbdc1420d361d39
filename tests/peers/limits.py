#!/usr/bin/env python3
"""Runs cdp-scrape under random limits of the machine, and looks at what becomes of it.

    tests/peers/limits.py PROGRAM [--runs 200] [--seed N]

Open files, file size, addresses; a TMPDIR that is full, small, read-only, missing, private, a file; no locks. Every run
has to end, with one line and an exit code that says what it was; to leave nothing, and to touch nothing of others. As
root it gets a mount namespace of its own for the file systems; without root, or the right to do that, those cases are
left out.
"""

import argparse
import hashlib
import http.server
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

PATIENCE = 90  # seconds; no run has to take that long
MARK = "<p id=\"last\">the end of the page</p>"
PAGE = f"<!DOCTYPE html><title>t</title><script src=/s.js></script><img src=/i.png>{MARK}"

# Exit codes of docs/cli.md that a lack of something may lead to.
EXPECTED = {0, 3, 5, 6, 7, 8}
# What a page may be told when the machine is at fault.
NOT_THE_PAGE = {"machine_limit", "cancelled", "output_error"}

NO_FLOCK = """
#include <errno.h>
int flock(int fd, int operation) { (void)fd; (void)operation; errno = ENOLCK; return -1; }
"""


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = PAGE.encode() if not self.path.startswith(("/s.js", "/i.png")) else b""
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if body else "text/javascript")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Clients that go away are what this is about."""


def serve():
    server = Server(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def fingerprint(directory: Path):
    """Every name below a directory, with what it holds."""
    found = {}
    for root, directories, files in os.walk(directory):
        for name in directories + files:
            path = Path(root) / name
            content = "dir"
            if path.is_symlink():
                content = os.readlink(path)
            elif path.is_file():
                content = hashlib.sha256(path.read_bytes()).hexdigest()
            found[str(path.relative_to(directory))] = content
    return found


def add_bystanders(directory: Path):
    """What a user may have there, with names that look like ours."""
    for name in ("cdp-scrape-results", "cdp-scrape-abc123", "cdp-scrape-"):
        place = directory / name
        place.mkdir(mode=0o700)
        (place / "precious").write_text("precious")
    (directory / "pages.jsonl.part").write_text("precious")


def marked_processes(mark: str):
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            environment = (entry / "environ").read_bytes()
        except OSError:
            continue
        if b"CDP_SCRAPE_SESSION=" in environment and mark.encode() in environment:
            found.append(int(entry.name))
    return found


def mount_tmpfs(place: Path, size: str):
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=1777", "tmpfs", place], check=True)


class Place:
    """A TMPDIR of some kind."""

    KINDS = ["usual"] * 8 + ["private", "missing", "file"]
    MOUNTED = ["full", "small", "read-only"]

    def __init__(self, kind: str, top: Path):
        self.kind = kind
        self.path = top / "tmp"
        self.mounted = kind in self.MOUNTED
        if kind == "missing":
            return
        if kind == "file":
            self.path.write_text("a file")
            return
        self.path.mkdir()
        self.path.chmod(0o700 if kind == "private" else 0o1777)
        if self.mounted:
            mount_tmpfs(self.path, "256k" if kind == "full" else "8m" if kind == "small" else "64m")
        add_bystanders(self.path)
        if kind == "full":
            ballast = os.open(self.path / "ballast", os.O_WRONLY | os.O_CREAT)
            try:
                while os.write(ballast, b"x" * 4096):
                    pass
            except OSError:
                os.close(ballast)
        if kind == "read-only":
            subprocess.run(["mount", "-o", "remount,ro", self.path], check=True)

    def close(self):
        if self.mounted:
            subprocess.run(["umount", "-l", self.path], check=False)


def choose(rng: random.Random, may_mount: bool):
    limits = {}
    if rng.random() < 0.6:
        limits[resource.RLIMIT_NOFILE] = rng.randint(10, 256)
    if rng.random() < 0.25:
        limits[resource.RLIMIT_FSIZE] = rng.choice([0, 100, 4096, 100_000, 2 << 20, 17 << 20, 64 << 20])
    if rng.random() < 0.25:
        limits[resource.RLIMIT_AS] = rng.choice([300, 600, 2_000, 20_000, 110_000, 200_000]) << 20
    kinds = Place.KINDS + (Place.MOUNTED if may_mount else [])
    return {
        "limits": limits,
        "tmpdir": rng.choice(kinds),
        "no_flock": rng.random() < 0.1,
        "fetch": rng.choice(["browser"] * 4 + ["http", "auto"]),
        "output": rng.choice(["stdout", "file", "directory", "state"]),
        "pages": rng.choice([1, 3, 6]),
        "concurrency": rng.choice([1, 4]),
    }


def describe(case):
    names = {resource.RLIMIT_NOFILE: "files", resource.RLIMIT_FSIZE: "file size", resource.RLIMIT_AS: "addresses"}
    limits = {names[key]: value for key, value in case["limits"].items()}
    return {**case, "limits": limits}


def run_one(program, case, site, number, shim):
    top = Path(tempfile.mkdtemp(prefix="limits-", dir="/tmp"))
    top.chmod(0o755)
    place = Place(case["tmpdir"], top)
    out = top / "out"
    out.mkdir()
    add_bystanders(out)
    arguments = [program, "-q", "--robots", "ignore", "--fetch", case["fetch"], "-c", str(case["concurrency"])]
    arguments += ["--timeout", "30", "-f", "jsonl"] if case["output"] != "directory" else ["--timeout", "30"]
    written = out / "pages.jsonl"
    if case["output"] in ("file", "state"):
        arguments += ["-o", str(written)]
    if case["output"] == "directory":
        arguments += ["--output-dir", str(out / "pages")]
        written = out / "pages" / "index.jsonl"
    if case["output"] == "state":
        arguments += ["--state", str(out / "state")]
    arguments += [f"{site}/{number}/{page}" for page in range(case["pages"])]
    before_tmp = fingerprint(place.path) if place.path.is_dir() else None
    before_out = fingerprint(out)
    environment = {**os.environ, "TMPDIR": str(place.path)}
    if case["no_flock"]:
        environment["LD_PRELOAD"] = str(shim)

    def limit():
        for kind, value in case["limits"].items():
            resource.setrlimit(kind, (value, value))

    faults = []
    begun = time.monotonic()
    process = subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               preexec_fn=limit, start_new_session=True)
    try:
        stdout, stderr = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        stdout, stderr = process.communicate()
        faults.append("did not end")
    seconds = time.monotonic() - begun
    code = process.returncode
    lines = [line for line in stderr.decode(errors="replace").splitlines() if line]
    if code not in EXPECTED:
        faults.append(f"exit code {code}")
    if code not in (0, 3) and len(lines) != 1:
        faults.append(f"{len(lines)} lines instead of one")
    text = stdout.decode(errors="replace") if case["output"] == "stdout" else (
        written.read_text(errors="replace") if written.exists() else "")
    errors = check_records(text, case, code, faults)
    if marked_processes(str(top)):
        faults.append("processes are left")
    if before_tmp is not None and fingerprint(place.path) != before_tmp:
        faults.append("TMPDIR is not as it was")
    after_out = fingerprint(out)
    for name, content in before_out.items():
        if after_out.get(name) != content:
            faults.append(f"{name} was touched")
    for name in after_out.keys() - before_out.keys():
        if name.endswith(".part"):
            faults.append(f"{name} is left")
    place.close()
    shutil.rmtree(top, ignore_errors=True)
    return code, seconds, lines, errors, faults


def check_records(text, case, code, faults):
    """What is there is true: whole pages, and no fault of the machine's that is a page's."""
    errors = []
    whole = text.rsplit("\n", 1)[0] if code == 5 else text  # a full disk may cut the last one
    for line in whole.splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            faults.append("a line that is no record")
            continue
        if record["error"]:
            errors.append(record["error"]["code"])
            if record["error"]["code"] not in NOT_THE_PAGE:
                faults.append(f"a page is told {record['error']['code']}")
        elif "html" in record and MARK not in (record["html"] or ""):
            faults.append("a page without its end")
    if code == 0 and len(whole.splitlines()) != case["pages"]:
        faults.append("records are missing")
    return errors


def build_shim(directory: Path):
    source = directory / "no_flock.c"
    source.write_text(NO_FLOCK)
    shim = directory / "no_flock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", shim, source], check=True)
    return shim


def enter_namespace(seed):
    """Begins anew where mounts are nobody else's. Returns whether mounts are possible."""
    if "LIMITS_NAMESPACE" in os.environ:
        return True
    unshare = ["unshare", "--mount", "--propagation", "private"]
    attempt = [*unshare, "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
    if os.geteuid() != 0 or subprocess.run(attempt, capture_output=True, check=False).returncode != 0:
        return False
    os.environ["LIMITS_NAMESPACE"] = "1"
    os.execvp("unshare", [*unshare, sys.executable, *sys.argv, "--seed", str(seed)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--verbose", action="store_true", help="every run, not only those with faults")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    options = parser.parse_args()
    may_mount = enter_namespace(options.seed)
    rng = random.Random(options.seed)
    site = serve()
    tools = Path(tempfile.mkdtemp(prefix="limits-tools-", dir="/tmp"))
    tools.chmod(0o755)
    shim = build_shim(tools)
    codes, bad, longest = {}, 0, 0.0
    for number in range(options.runs):
        case = choose(rng, may_mount)
        code, seconds, lines, errors, faults = run_one(os.path.abspath(options.program), case, site, number, shim)
        codes[code] = codes.get(code, 0) + 1
        longest = max(longest, seconds)
        bad += 1 if faults else 0
        if faults or options.verbose:
            print(f"run {number}: {'; '.join(faults)}\n  {describe(case)}\n  exit {code}, {seconds:.1f} s, {errors}")
            for line in lines[:4]:
                print(f"  | {line[:300]}")
            sys.stdout.flush()
    shutil.rmtree(tools, ignore_errors=True)
    print(f"seed {options.seed}: {options.runs} runs, {bad} with faults; exit codes {dict(sorted(codes.items()))}; "
          f"the longest took {longest:.1f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
