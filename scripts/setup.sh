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

declare -A package_groups=(
  [build]="g++ cmake ninja-build libboost1.81-dev nlohmann-json3-dev libfmt-dev libsimdjson-dev libcli11-dev libcurl4-openssl-dev
    libbrotli-dev libidn2-dev libre2-dev libsqlite3-dev libzstd-dev zlib1g-dev"
  [browser]="chromium-headless-shell fonts-liberation ca-certificates"
  [test]="libgtest-dev libgmock-dev libssl-dev openssl python3 procps curl zstd gzip valgrind dpkg-dev file"
  [package]="dpkg-dev file"
  [bench]="nginx-light python3 python3-venv"
  [check]="clang-16 libclang-rt-16-dev clang-format-16 clang-tidy-16 shellcheck python3"
)

die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# Prints the packages that dpkg does not know as installed.
missing_packages() {
  local installed
  # dpkg-query fails for names it has never heard of, but still answers for all others.
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
  local package
  for package in "$@"; do
    grep -qxF "installed $package" <<<"$installed" || echo "$package"
  done
}

install_packages() {
  local group wanted=() missing=() as_root=()
  for group in "$@"; do
    # shellcheck disable=SC2206  # a group is a list of words
    wanted+=(${package_groups[$group]})
  done

  if ! command -v apt-get dpkg-query >/dev/null; then
    echo "setup: no apt here, expecting the equivalents of: ${wanted[*]}" >&2
    return
  fi
  mapfile -t missing < <(missing_packages "${wanted[@]}")
  ((${#missing[@]})) || return 0

  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      die "missing packages, and neither root nor sudo to install them: ${missing[*]}"
    as_root=(sudo)
  fi
  echo "setup: installing ${missing[*]}" >&2
  local log
  log=$(mktemp)
  # Waiting for the lock: a fresh machine often runs its own apt in the background.
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive
    apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
  if ! { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "${missing[@]}"; } \
    </dev/null >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    die "apt could not install ${missing[*]} (its output is above)"
  fi
  rm -f "$log"
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
