#!/usr/bin/env bash
# Compares the HTML of cdp-scrape with that of puppeteer-core, byte by byte, over the pages of the test site.
#
#   tests/peers/run.sh [CDP-SCRAPE [TEST-SITE]]
#
# The programs default to CDP_SCRAPE_PROGRAM and CDP_SCRAPE_TEST_SITE, and these to those of the dev preset.
# Both drivers run the same Chromium (CDP_SCRAPE_CHROME, or Debian's). Needs node and npm; nothing is written
# outside of build/.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
scrape=${1:-${CDP_SCRAPE_PROGRAM:-$root/build/dev/src/cdp-scrape}}
site=${2:-${CDP_SCRAPE_TEST_SITE:-$root/build/dev/tests/support/test-site}}
chrome=${CDP_SCRAPE_CHROME:-/usr/lib/chromium/chromium-headless-shell}
packages=$root/build/peers

for tool in node npm; do
  if ! command -v "$tool" >/dev/null; then
    echo "peers: skipped, there is no $tool here"
    exit 0
  fi
done
for program in "$scrape" "$site" "$chrome"; do
  if [[ ! -x $program ]]; then
    echo "peers: no program $program; scripts/test builds ours, apt-get install chromium-headless-shell brings Chromium" >&2
    exit 1
  fi
done

mkdir -p "$packages"
cp "$here/package.json" "$here/package-lock.json" "$here/compare.mjs" "$packages"
if ! cmp -s "$packages/package-lock.json" "$packages/installed-lock.json"; then
  echo "peers: installing puppeteer-core"
  (cd "$packages" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  cp "$packages/package-lock.json" "$packages/installed-lock.json"
fi
exec node "$packages/compare.mjs" "$scrape" "$site" "$chrome"
