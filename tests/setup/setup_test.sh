#!/usr/bin/env bash
# What scripts/setup.sh would install, by the names that the package lists of three systems have: apt, dpkg and sudo
# are fakes. packages.txt holds, of the names that the project asks for anywhere, those that each system has.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/setup.sh
source "$here/../../scripts/setup.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
faults=0

# expect WHAT PART TEXT
expect() {
  [[ $3 == *"$2"* ]] && return
  echo "FAILED: $1: expected '$2' in: $3"
  faults=$((faults + 1))
}

# expect_not WHAT PART TEXT
expect_not() {
  [[ $3 != *"$2"* ]] && return
  echo "FAILED: $1: '$2' is in: $3"
  faults=$((faults + 1))
}

fake() {
  printf '#!/bin/bash\n%s\n' "$2" >"$work/bin/$1"
  chmod +x "$work/bin/$1"
}

# Nothing is installed; apt-cache knows the names in $work/known; what apt-get is told to do is written down.
# shellcheck disable=SC2016  # for the fakes
make_fakes() {
  fake dpkg-query 'exit 1'
  fake apt-cache 'if grep -qxF -- "$2" "${0%/*}/../known"; then echo "  Candidate: 1.0"; else echo "  Candidate: (none)"; fi'
  fake apt-get 'echo "$*" >>"${0%/*}/../done"'
  fake sudo 'exit 1'
}

# Runs install_packages as somebody (root or not) on SYSTEM; prints what it says, and after a line "done:" what apt did.
install_on() {
  local system=$1 root_or_user=$2
  shift 2
  sed -n "s/^\([^ ]*\) .*\b$system\b.*/\1/p" "$here/packages.txt" >"$work/known"
  : >"$work/done"
  (
    PATH=$work/bin:$PATH
    hash -r
    am_root() { [[ $root_or_user == root ]]; }
    install_packages "$@"
  ) </dev/null 2>&1 | cat || true
  echo "done: $(cat "$work/done")"
}

make_fakes
for system in debian12 debian13 ubuntu2404; do
  found=$(install_on "$system" root build test package)
  expect "$system, boost" "$([[ $system == debian12 ]] && echo libboost1.81-dev || echo libboost1.83-dev)" "$found"
  expect "$system, the rest" libsimdjson-dev "$found"
  # Every name that apt is told to install is one that it has.
  while read -r name; do
    grep -qxF "$name" "$work/known" || expect "$system has $name" yes no
  done < <(sed -n 's/.*--no-install-recommends //p' "$work/done" | tr ' ' '\n')
done

expect "Debian has the headless shell" chromium-headless-shell "$(install_on debian13 root browser)"
found=$(install_on ubuntu2404 root browser)
expect "Ubuntu has a snap only" "Ubuntu's is a snap" "$found"
expect "Ubuntu has fonts" fonts-liberation "${found#*done:}"
expect_not "Ubuntu has no such package" chromium "${found#*done:}"

found=$(install_on debian13 user build)
expect "somebody without rights is told what to do" "An administrator can:" "$found"
expect "and how" "apt-get update && apt-get install --no-install-recommends g++ cmake" "$found"
expect "and which" libboost1.83-dev "$found"
expect "and nothing is done" "done: " "${found##*$'\n'}"
expect_not "and nothing is done" "install" "${found##*done:}"

((faults == 0)) || exit 1
echo "setup_test: all names are there"
