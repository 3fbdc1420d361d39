#!/usr/bin/env bash
# Compares cdp-scrape --fetch http with curl: the same list of static pages from a local nginx, the same number at
# once, one after the other in the same run. Prints pages a second of both, their ratio, and whether the bytes agree.
#
#   tests/peers/fetch.sh [CDP-SCRAPE [PAGES [CONCURRENCY]]]
#
# The program defaults to CDP_SCRAPE_PROGRAM, and this to that of the release preset. Needs nginx, curl and python3.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scrape=${1:-${CDP_SCRAPE_PROGRAM:-$root/build/release/src/cdp-scrape}}
pages=${2:-5000}
concurrency=${3:-32}
rounds=5

for tool in nginx curl python3; do
  if ! command -v "$tool" >/dev/null; then
    echo "fetch: skipped, there is no $tool here"
    exit 0
  fi
done

work=$(mktemp -d)
nginx_pid=
clean_up() {
  if [[ -n $nginx_pid ]]; then
    kill "$nginx_pid" || true
    wait "$nginx_pid" || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT

mkdir "$work/site" "$work/curl"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$work/nginx.conf" <<END
daemon off;
worker_processes 1;
pid $work/nginx.pid;
error_log $work/error.log;
events { worker_connections 1024; }
http {
  access_log off;
  types { text/html html; }
  charset utf-8;
  server { listen 127.0.0.1:$port; root $work/site; }
}
END
# Pages of 2 to 18 KB that differ.
python3 - "$work" "$port" "$pages" "$concurrency" <<'END'
import sys
work, port, pages, concurrency = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
with open(f"{work}/urls", "w") as urls, open(f"{work}/curl.config", "w") as config:
    for number in range(pages):
        words = " ".join(f"page {number} word {i}" for i in range(100 + number % 16 * 50))
        with open(f"{work}/site/{number}.html", "w") as page:
            page.write(f"<!DOCTYPE html><title>{number}</title><p>{words}</p>\n")
        url = f"http://127.0.0.1:{port}/{number}.html"
        urls.write(url + "\n")
        config.write(f'url = "{url}"\noutput = "{work}/curl/{number}.html"\n')
END
chmod -R a+rX "$work"
nginx -e "$work/error.log" -c "$work/nginx.conf" &
nginx_pid=$!
for _ in $(seq 100); do
  if curl -s -o "$work/probe" "http://127.0.0.1:$port/0.html"; then break; fi
  sleep 0.1
done

# measured FILE COMMAND…: runs the command, and writes wall clock and processor time in seconds to the file.
measured() {
  local result=$1 TIMEFORMAT='%3R %3U %3S'
  shift
  { time "$@" >"$work/output" 2>&1; } 2>"$result"
}

for round in $(seq "$rounds"); do
  measured "$work/time.curl" curl -s --parallel --parallel-max "$concurrency" -K "$work/curl.config"
  measured "$work/time.ours" "$scrape" --fetch http -q --chrome /nonexistent -c "$concurrency" -f jsonl \
    -i "$work/urls" -o "$work/pages.jsonl"
  python3 - "$round" "$pages" "$work/time.curl" "$work/time.ours" <<'END'
import sys
round_number, pages = sys.argv[1], int(sys.argv[2])
(wall, cpu), (our_wall, our_cpu) = (
    (times[0], times[1] + times[2]) for times in ([float(t) for t in open(f).read().split()] for f in sys.argv[3:5])
)
print(
    f"round {round_number}: curl {pages / wall:.0f} pages/s, {cpu:.2f} s of processor; "
    f"cdp-scrape {pages / our_wall:.0f} pages/s, {our_cpu:.2f} s of processor; ratio {wall / our_wall:.2f}"
)
END
done

python3 - "$work" "$pages" <<'END'
import json, sys
work, pages = sys.argv[1], int(sys.argv[2])
different = 0
with open(f"{work}/pages.jsonl", encoding="utf-8") as lines:
    records = [json.loads(line) for line in lines]
for number, record in enumerate(records):
    with open(f"{work}/curl/{number}.html", encoding="utf-8", newline="") as page:
        different += record["html"] != page.read()
print(f"{len(records)} records, {different} differ from curl's files")
sys.exit(0 if len(records) == pages and different == 0 else 1)
END
