#!/usr/bin/env bash
# A browser for each URL, so many at a time: what a shell script would do.
set -euo pipefail
list=$1 concurrency=$2 output=$3
sandbox=()
if ((EUID == 0)); then sandbox=(--no-sandbox); fi
work=$(mktemp -d)
trap 'rm -rf "$work" || true' EXIT
dump() {
  # shellcheck disable=SC2068  # an empty list is no argument
  "$CHROME" ${sandbox[@]} --user-data-dir="$work/profile-$1" --dump-dom "$2" >"$work/$1.html" 2>/dev/null
  rm -rf "$work/profile-$1" 2>/dev/null || true # helpers of the browser may still write
}
number=0
while read -r url; do
  while (($(jobs -rp | wc -l) >= concurrency)); do wait -n; done
  number=$((number + 1)) # not in the background, where it would be another shell's
  dump "$number" "$url" &
done <"$list"
wait
python3 - "$list" "$work" "$output" <<'END'
import json, sys
with open(sys.argv[1]) as urls, open(sys.argv[3], "w") as out:
    for number, url in enumerate(urls, 1):
        with open(f"{sys.argv[2]}/{number}.html", encoding="utf-8", newline="") as page:
            out.write(json.dumps({"url": url.strip(), "html": page.read()}) + "\n")
END
