#!/usr/bin/env python3
"""Pages as the web has them, half of which (or any share) need their scripts, and what --fetch auto makes of them.

    tests/peers/mixed.py CDP-SCRAPE [PAGES [PERCENT-WITH-SCRIPTS]]

Serves the pages by nginx, scrapes them with --fetch browser and --fetch auto, alternating, and prints pages a second
of both, their ratio, how many pages of auto have the text of the browser's, and whether --verify 100 lists all that
have not. The kinds, in turn:

    need scripts     an empty #root; a #app with a mustache template; <app-root>; an empty body and a module;
                     a page with navigation and a list that is filled by XHR
    need none        static pages; server-rendered pages that scripts hydrate; noscript traps: whole pages that
                     ask for JavaScript all the same
"""
import collections
import html.parser
import itertools
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 3
CONCURRENCY = "8"


def words(number, count=80):
    return " ".join(f"page{number}word{i}" for i in range(count))


def items(number):
    return [f"item {i} of page {number}: {words(number, 6)}" for i in range(20)]


def page(head, body):
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>\n"


def listing(number):
    return "<ul>" + "".join(f"<li>{text}</li>" for text in items(number)) + "</ul>"


NAVIGATION = "<nav>" + "".join(f"<a href=/s/{i}>Section {i} of this site</a> " for i in range(30)) + "</nav>"
RENDER = "const show = (at, data) => { at.innerHTML = '<h1>' + data.title + '</h1><ul>' + data.items.map(i => '<li>' + i + '</li>').join('') + '</ul>'; };"
SCRIPTS = {
    "root.js": RENDER + "fetch(location.pathname.replace('.html', '.json')).then(r => r.json()).then(d => show(document.getElementById('root'), d));",
    "mustache.js": RENDER + "fetch(location.pathname.replace('.html', '.json')).then(r => r.json()).then(d => { const app = document.getElementById('app'); app.innerHTML = app.innerHTML.replace('{{ title }}', d.title); show(app.querySelector('main'), d); });",
    "component.js": RENDER + "customElements.define('app-root', class extends HTMLElement { connectedCallback() { fetch(location.pathname.replace('.html', '.json')).then(r => r.json()).then(d => show(this, d)); } });",
    "module.js": RENDER + "const data = JSON.parse(document.getElementById('state').textContent); const main = document.body.appendChild(document.createElement('main')); requestAnimationFrame(() => show(main, data));",
    "list.js": RENDER + "const ask = new XMLHttpRequest(); ask.open('GET', location.pathname.replace('.html', '.json')); ask.onload = () => show(document.getElementById('list'), JSON.parse(ask.response)); ask.send();",
    "hydrate.js": "document.querySelectorAll('li').forEach(item => { item.onclick = () => item.classList.toggle('open'); item.dataset.ready = '1'; });",
}


def state(number):
    return json.dumps({"title": f"Page {number}", "items": items(number)})


WITH_SCRIPTS = [
    ("root", lambda n: page(f"<title>Page {n}</title><script defer src=/app/root.js></script>", "<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>")),
    ("mustache", lambda n: page(f"<title>Page {n}</title>", "<div id=app><h2>{{ title }}</h2><main></main></div><script src=/app/mustache.js></script>")),
    ("component", lambda n: page(f"<title>Page {n}</title>", "<app-root></app-root><script type=module src=/app/component.js></script>")),
    ("module", lambda n: page(f"<title>Page {n}</title>", f"<script id=state type=application/json>{state(n)}</script><script type=module src=/app/module.js></script>")),
    ("list", lambda n: page(f"<title>Page {n}</title>", f"{NAVIGATION}<h1>Results</h1><div id=list></div><footer>{words(0, 40)}</footer><script src=/app/list.js></script>")),
]
WITHOUT_SCRIPTS = [
    ("static", lambda n: page(f"<title>Page {n}</title>", f"{NAVIGATION}<h1>Page {n}</h1><p>{words(n)}</p>{listing(n)}")),
    ("hydrated", lambda n: page(f"<title>Page {n}</title>", f"<div id=__next>{NAVIGATION}<h1>Page {n}</h1>{listing(n)}</div><script id=__NEXT_DATA__ type=application/json>{state(n)}</script><script defer src=/app/hydrate.js></script>")),
    ("static", lambda n: page(f"<title>Page {n}</title>", f"<article><h1>Page {n}</h1><p>{words(n)}</p>{listing(n)}</article>")),
    ("noscript", lambda n: page(f"<title>Page {n}</title>", f"<noscript>Please enable JavaScript to use all of this site.</noscript>{NAVIGATION}<h1>Page {n}</h1>{listing(n)}<script src=/app/hydrate.js></script>")),
]


class Text(html.parser.HTMLParser):
    """What people see of a page: its words, without scripts and the like."""

    HIDDEN = {"script", "style", "noscript", "template", "head"}

    def __init__(self):
        super().__init__()
        self.hidden, self.words = 0, collections.Counter()

    def handle_starttag(self, tag, attributes):
        self.hidden += tag in self.HIDDEN

    def handle_endtag(self, tag):
        self.hidden -= tag in self.HIDDEN

    def handle_data(self, data):
        if not self.hidden:
            self.words.update(data.split())


def text_of(markup):
    text = Text()
    text.feed(markup or "")
    return text.words


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Site:
    """Four origins, with pages of all kinds on each."""

    def __init__(self, work, pages, percent):
        self.work, self.urls, self.kinds = work, [], {}
        self.ports = [free_port() for _ in range(4)]
        os.makedirs(f"{work}/site/app")
        for name, source in SCRIPTS.items():
            self.write(f"app/{name}", source)
        with_scripts, without = itertools.cycle(WITH_SCRIPTS), itertools.cycle(WITHOUT_SCRIPTS)
        for number in range(pages):
            needs = number * percent // 100 != (number + 1) * percent // 100
            kind, make = next(with_scripts if needs else without)
            self.write(f"{number}.html", make(number))
            self.write(f"{number}.json", state(number))
            self.urls.append(f"http://127.0.0.1:{self.ports[number * 7 // 4 % 4]}/{number}.html")
            self.kinds[self.urls[-1]] = kind
        listen = " ".join(f"listen 127.0.0.1:{port};" for port in self.ports)
        self.write(
            "../nginx.conf",
            f"daemon off; worker_processes 1; pid {work}/nginx.pid; error_log {work}/error.log; events {{}} "
            "http { access_log off; charset utf-8; types { text/html html; text/javascript js; application/json json; } "
            f"server {{ {listen} root {work}/site; }} }}",
        )
        subprocess.run(["chmod", "-R", "a+rX", work], check=True)

    def write(self, name, text):
        with open(f"{self.work}/site/{name}", "w", encoding="utf-8") as file:
            file.write(text)

    def __enter__(self):
        self.server = subprocess.Popen(["nginx", "-e", f"{self.work}/error.log", "-c", f"{self.work}/nginx.conf"])
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.ports[0])).close()
                return self
            except OSError:
                time.sleep(0.1)
        raise SystemExit("mixed: nginx does not answer")

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()


def scrape(program, urls, *options):
    command = [program, "-q", "-f", "jsonl", "-c", CONCURRENCY, "-i", "-", *options]
    began = time.monotonic()
    result = subprocess.run(command, input="\n".join(urls), stdout=subprocess.PIPE, text=True, check=False)
    seconds = time.monotonic() - began
    return [json.loads(line) for line in result.stdout.splitlines()], seconds


def main():
    program = sys.argv[1]
    pages = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    percent = int(sys.argv[3]) if len(sys.argv) > 3 else 50
    if not shutil.which("nginx"):
        print("mixed: skipped, there is no nginx here")
        return 0
    with tempfile.TemporaryDirectory() as work, Site(work, pages, percent) as site:
        ratios = []
        for number in range(ROUNDS):
            browser, slow = scrape(program, site.urls, "--fetch", "browser")
            auto, fast = scrape(program, site.urls, "--fetch", "auto")
            ratios.append(slow / fast)
            print(f"round {number + 1}: browser {pages / slow:.1f} pages/s, auto {pages / fast:.1f}, ratio {slow / fast:.2f}")
        print(f"median ratio {statistics.median(ratios):.2f}")
        rendered = sum(record["fetch"] == "browser" for record in auto)
        different = {r["url"] for r, b in zip(auto, browser) if text_of(r["html"]) != text_of(b["html"])}
        print(f"{len(auto)} records of auto, {rendered} rendered; {pages - len(different)} have the browser's text")
        verified, _ = scrape(program, site.urls, "--fetch", "auto", "--verify", "100")
        listed = {r["url"] for r in verified if r["verify"] and r["verify"]["loss"]}
        lossy = {r["url"] for r, b in zip(verified, browser) if text_of(b["html"]) - text_of(r["html"])}
        print(f"--verify 100: {len(lossy)} pages lack text, {len(lossy & listed)} of them listed")
        print("different:", dict(collections.Counter(site.kinds[url] for url in different)))
        return 0 if len(auto) == pages and len(different) * 200 <= pages and lossy <= listed else 1


if __name__ == "__main__":
    sys.exit(main())
