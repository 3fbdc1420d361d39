# shellcheck shell=bash
# Sourced by the other scripts. Gives them:
#
#   $root                     the top of the checkout
#   die MESSAGE               ends the script with one line on stderr
#   install_packages GROUP…   installs with apt what is missing of the groups below
#   configure_preset PRESET   configures build/PRESET unless that is up to date
#   build_preset PRESET       configures and builds build/PRESET
#
# All talk goes to stderr: the stdout of scripts/run belongs to the program.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Of names with | between them one is enough: Debian 12, Debian 13 and Ubuntu 24.04 differ in some. "none" says that
# there may be nothing to install. The group check is for Debian 12 alone: another clang-format lays out other lines.
declare -A package_groups=(
  [build]="g++ cmake ninja-build libboost1.83-dev|libboost1.81-dev nlohmann-json3-dev libfmt-dev libsimdjson-dev libcli11-dev libcurl4-openssl-dev
    libbrotli-dev libidn2-dev libre2-dev libsqlite3-dev libzstd-dev zlib1g-dev"
  [browser]="chromium-headless-shell|chromium|none fonts-liberation ca-certificates"
  [test]="libgtest-dev libgmock-dev libssl-dev openssl python3 procps curl jq zstd gzip valgrind dpkg-dev file"
  [package]="dpkg-dev file"
  [bench]="nginx-light python3 python3-venv"
  [check]="clang-16 libclang-rt-16-dev clang-format-16 clang-tidy-16 shellcheck python3"
)

die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# Prints those of the arguments, each a name or several with | between them, of which dpkg knows none as installed.
unmet_packages() {
  local installed wanted names
  IFS='| ' read -ra names <<<"$*"
  # dpkg-query fails for names it has never heard of, but still answers for all others.
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${names[@]}" 2>/dev/null) || true
  for wanted in "$@"; do
    grep -qxE "installed (${wanted//+/\\+})" <<<"$installed" || echo "$wanted"
  done
}

is_in_apt() {
  local policy
  policy=$(LC_ALL=C apt-cache policy "$1" 2>/dev/null) && grep -q '^  Candidate: [^(]' <<<"$policy"
}

# Prints the first of the names in NAME|NAME… that apt has; without its lists, the first of all.
choose_package() {
  local names name
  IFS='|' read -ra names <<<"$1"
  for name in "${names[@]}"; do
    if [[ $name == none ]]; then
      explain_no_browser
      return
    elif is_in_apt "$name"; then
      echo "$name"
      return
    fi
  done
  echo "${names[0]}"
}

explain_no_browser() {
  if command -v google-chrome >/dev/null; then return; fi
  echo "setup: apt has no Chromium here. Ubuntu's is a snap, which cannot read the profile in /tmp that it is given:" \
    "install Google Chrome's package, or use the container image (docs/container.md)." >&2
}

# Prints the packages to install for what is unmet.
choose_packages() {
  local wanted
  for wanted in "$@"; do
    choose_package "$wanted"
  done
}

am_root() { ((EUID == 0)); }

# Whether sudo works: at once, or after it has asked somebody at a terminal.
may_use_sudo() {
  command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 2 ]]; }
}

install_packages() {
  local group wanted=() unmet=() missing=() as_root=()
  for group in "$@"; do
    # shellcheck disable=SC2206  # a group is a list of words
    wanted+=(${package_groups[$group]})
  done

  if ! command -v apt-get dpkg-query >/dev/null; then
    echo "setup: no apt here, expecting the equivalents of: ${wanted[*]}" >&2
    return
  fi
  mapfile -t unmet < <(unmet_packages "${wanted[@]}")
  ((${#unmet[@]})) || return 0

  if ! am_root; then
    if ! may_use_sudo; then
      mapfile -t missing < <(choose_packages "${unmet[@]}")
      ((${#missing[@]})) || return 0
      die "packages are missing, and this user may not install them. An administrator can:
  apt-get update && apt-get install --no-install-recommends ${missing[*]}"
    fi
    as_root=(sudo)
  fi
  local log
  log=$(mktemp)
  # Waiting for the lock: a fresh machine often runs its own apt in the background.
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive
    apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
  "${apt[@]}" update </dev/null >"$log" 2>&1 || fail_with_log "$log" "apt cannot read its lists"
  mapfile -t missing < <(choose_packages "${unmet[@]}")
  if ((${#missing[@]})); then
    echo "setup: installing ${missing[*]}" >&2
    "${apt[@]}" install --no-install-recommends "${missing[@]}" </dev/null >"$log" 2>&1 ||
      fail_with_log "$log" "apt could not install ${missing[*]}"
  fi
  rm -f "$log"
}

# Ends the script with a message, after what a program has said.
fail_with_log() {
  cat "$1" >&2
  rm -f "$1"
  die "$2 (its output is above)"
}

# As many compilers as there are cores, but no more than fit into memory: the translation units
# with the WebSocket code need more than 1 GB each, and a small machine would start to swap.
build_jobs() {
  local cores fitting
  cores=$(nproc)
  fitting=$(awk '/^MemAvailable/ { print int($2 / 1200000) }' /proc/meminfo)
  if ((fitting < 1)); then fitting=1; fi
  echo $((cores < fitting ? cores : fitting))
}

configure_preset() (
  cd "$root"
  # Ninja repeats the configuration when a CMakeLists.txt changes, but it does not watch the presets.
  if [[ build/$1/build.ninja -nt CMakePresets.json ]]; then return; fi
  echo "setup: configuring build/$1" >&2
  cmake --preset "$1" --log-level=NOTICE >/dev/null
)

build_preset() (
  configure_preset "$1"
  cd "$root"
  # Ask first: an up-to-date tree should not print a line at every start.
  if ninja -C "build/$1" -n | grep -q 'no work to do'; then return; fi
  cmake --build --preset "$1" --parallel "$(build_jobs)" >&2
)
