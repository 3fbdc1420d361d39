#!/usr/bin/env bash
# PROGRAM [OPTIONS…] LIST CONCURRENCY OUTPUT
set -euo pipefail
arguments=("${@:1:$#-3}")
exec "${arguments[@]}" --overwrite -q --chrome "$CHROME" --wait load -f jsonl -i "${*: -3:1}" -c "${*: -2:1}" -o "${*: -1}"
