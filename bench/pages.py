"""The pages that all drivers scrape: files, so that a web server is no part of what is measured, and always the same."""
import os
import struct
import zlib

KINDS = {
    "mixed": "12 KB of HTML, 2 scripts, 1 stylesheet, 6 images; a script builds a list",
    "static": "12 KB of HTML and nothing else",
    "script": "an empty root and a script that builds the page",
    "images": "40 images of 5 KB",
    "requests": "100 small scripts and stylesheets",
    "large": "1 MB of HTML",
}

STYLE = "body { font-family: sans-serif } li:nth-child(odd) { background: #eee }\n"
BUILD = """\
const number = Number(location.pathname.match(/\\d+/)[0]);
const list = document.getElementById('list') || document.body.appendChild(document.createElement('ul'));
for (let i = 1; i <= 50; ++i) {
  const item = list.appendChild(document.createElement('li'));
  item.textContent = `Page ${number}, item ${i}`;
}
"""


def png(size, seed):
    """A picture of noise, which does not compress: about 3 × size² bytes."""
    state, rows = seed * 2654435761 % 2**32, b""
    for _ in range(size):
        row = b"\0"
        for _ in range(3 * size):
            state = (state * 1664525 + 1013904223) % 2**32
            row += bytes([state >> 24])
        rows += row
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d)) for t, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


def text(number, count):
    return "".join(f"<p>Paragraph {i} of page {number}, with some words that a reader might read.</p>\n" for i in range(count))


def page(number, head, body):
    return f"<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>Page {number}</title>{head}</head><body>\n{body}</body></html>\n"


def make_page(kind, number):
    if kind == "mixed":
        images = "".join(f'<img src="/asset/{i}.png" alt="" width="40" height="40">' for i in range(6))
        head = '<link rel="stylesheet" href="/asset/style.css"><script src="/asset/first.js"></script>'
        return page(number, head, f'{images}<ul id="list"></ul>{text(number, 150)}<script src="/asset/build.js"></script>')
    if kind == "static":
        return page(number, "", text(number, 160))
    if kind == "script":
        return page(number, "", '<script src="/asset/build.js"></script>')
    if kind == "images":
        return page(number, "", "".join(f'<img src="/asset/{i}.png?{number}" alt="">' for i in range(40)))
    if kind == "requests":
        many = "".join(f'<script src="/asset/first.js?{number}.{i}"></script>' for i in range(100))
        return page(number, "", many + text(number, 10))
    return page(number, "", text(number, 13_000))


def write(folder, kinds, pages):
    """Makes the site, and returns the paths of the pages of each kind."""
    os.makedirs(f"{folder}/asset")
    for name, source in {"style.css": STYLE, "first.js": "window.first = 1;\n", "build.js": BUILD}.items():
        with open(f"{folder}/asset/{name}", "w", encoding="utf-8") as file:
            file.write(source)
    for number in range(40):
        with open(f"{folder}/asset/{number}.png", "wb") as file:
            file.write(png(40, number + 1))
    paths = {}
    for kind in kinds:
        os.makedirs(f"{folder}/{kind}")
        paths[kind] = [f"/{kind}/{number}.html" for number in range(pages)]
        for number, path in enumerate(paths[kind]):
            with open(folder + path, "w", encoding="utf-8") as file:
                file.write(make_page(kind, number))
    return paths
