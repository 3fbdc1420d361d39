"""What the Python programs share: the list, the workers, the result."""
import asyncio
import json
import os
import sys

LIST, CONCURRENCY, OUTPUT = sys.argv[1:4]
CHROME = os.environ["CHROME"]
# Chromium has no sandbox for root, and these drivers do not change the user.
ARGS = ["--no-sandbox"] if os.getuid() == 0 else []
out = open(OUTPUT, "w", encoding="utf-8")


def keep(url, html):
    out.write(json.dumps({"url": url, "html": html}) + "\n")


async def for_each_url(work):
    with open(LIST, encoding="utf-8") as lines:
        queue = iter(lines.read().split())

    async def worker():
        for url in queue:
            await work(url)

    await asyncio.gather(*(worker() for _ in range(int(CONCURRENCY))))
    out.close()
