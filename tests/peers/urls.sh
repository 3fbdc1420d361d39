#!/usr/bin/env bash
# Holds what the program makes of http and https URLs against the suite of web-platform-tests:
#
#   tests/peers/urls.sh [urltestdata.json]
#
# Without the file it is fetched from GitHub; the crate `url` brings it, too. Builds the unit tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
suite=${1:-}
if [[ ! $suite ]]; then
  suite=build/urltestdata.json
  mkdir -p build
  curl -fsSL -o "$suite" \
    https://raw.githubusercontent.com/web-platform-tests/wpt/master/url/resources/urltestdata.json
fi
suite=$(realpath "$suite")
cmake --preset dev --log-level=NOTICE >/dev/null
cmake --build --preset dev --target cdp-unit-tests
CDP_SCRAPE_URLTESTDATA=$suite build/dev/tests/cdp-unit-tests --gtest_filter='UrlSuite.*'
