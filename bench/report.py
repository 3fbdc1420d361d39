"""What the figures of all runs come to, as text and as docs/benchmarks.md."""
import os
import statistics
import subprocess

REFERENCE = "puppeteer"


def median(runs, figure):
    return statistics.median(run[figure] for run in runs)


def summarise(figures, pages, different):
    """A row for each driver. Ratios are medians of the rounds' own: a machine that others share drifts."""
    reference = figures.get(REFERENCE, [])
    rows = []
    for name, runs in figures.items():
        if not runs:
            continue
        pairs = [(one, other) for one, other in zip(runs, reference)]
        rows.append(
            {
                "name": name,
                "rate": pages / median(runs, "seconds"),
                "ratio": statistics.median(other["seconds"] / one["seconds"] for one, other in pairs) if pairs else None,
                "cpu": 1000 * median(runs, "cpu") / pages,
                "cpu_ratio": statistics.median(one["cpu"] / other["cpu"] for one, other in pairs) if pairs else None,
                "driver_cpu": 1000 * median(runs, "driver_cpu") / pages,
                "driver_peak": median(runs, "driver_peak") / 2**20,
                "different": different.get(name, 0),
                "rounds": len(runs),
            }
        )
    return sorted(rows, key=lambda row: -row["rate"])


COLUMNS = [
    ("driver", lambda row: row["name"]),
    ("pages/s", lambda row: f"{row['rate']:.1f}"),
    ("× puppeteer", lambda row: f"{row['ratio']:.2f}" if row["ratio"] else "–"),
    ("CPU ms/page", lambda row: f"{row['cpu']:.0f}"),
    ("of puppeteer's", lambda row: f"{row['cpu_ratio']:.2f}" if row["cpu_ratio"] else "–"),
    ("driver's CPU ms/page", lambda row: f"{row['driver_cpu']:.2f}"),
    ("driver's peak MB", lambda row: f"{row['driver_peak']:.1f}"),
    ("pages that differ", lambda row: str(row["different"])),
]


def as_text(rows):
    cells = [[title for title, _ in COLUMNS]] + [[cell(row) for _, cell in COLUMNS] for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(COLUMNS))]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip() for line in cells)


def as_markdown(rows):
    lines = ["| " + " | ".join(title for title, _ in COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    return "\n".join(lines + ["| " + " | ".join(cell(row) for _, cell in COLUMNS) + " |" for row in rows])


def as_picture(rows):
    """Bars of pages per second, in SVG."""
    height, left, width = 28, 190, 460
    longest = max(row["rate"] for row in rows)
    bars = []
    for number, row in enumerate(rows):
        y, length = 10 + number * height, width * row["rate"] / longest
        colour = "#2563eb" if row["name"].startswith("cdp-scrape") else "#94a3b8"
        bars.append(f'<text x="{left - 10}" y="{y + 15}" text-anchor="end">{row["name"]}</text>')
        bars.append(f'<rect x="{left}" y="{y}" width="{length:.1f}" height="20" rx="3" fill="{colour}"/>')
        bars.append(f'<text x="{left + length + 6:.1f}" y="{y + 15}">{row["rate"]:.1f}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 60} {20 + height * len(rows)}" '
        f'font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="#fff"/>{"".join(bars)}</svg>\n'
    )


def write(rows, arguments, chrome, root):
    version = subprocess.run([chrome, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    with open(os.path.join(root, "docs", "benchmarks.svg"), "w", encoding="utf-8") as file:
        file.write(as_picture(rows))
    with open(os.path.join(root, "docs", "benchmarks.md"), "w", encoding="utf-8") as file:
        file.write(
            f"""# Benchmarks

Written by `scripts/bench --write`. Run it for figures of your machine.

{arguments.pages} pages ({arguments.kind}), {arguments.concurrency} at a time, {os.cpu_count()} cores, {version or chrome}. Every driver opens a
page per URL (except puppeteer-reuse and `--recycle`), waits for `load` and reads the HTML; the programs are in `bench/peers`. Figures are medians of
{arguments.rounds} rounds, each in a different order; ratios are medians of the rounds' ratios. CPU time is that of all processes, including the browser's.

![pages per second](benchmarks.svg)

{as_markdown(rows)}
"""
        )
