#!/usr/bin/env bash
# Check for the interpreter, the compiler and the system libraries. As root on Debian or
# Ubuntu install what is missing; otherwise print the one command that does.
# Usage: prerequisites.sh PYTHON
set -euo pipefail

python=${1:?usage: prerequisites.sh PYTHON}
here=$(cd "$(dirname "$0")" && pwd)

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "radgalgui: '$python' is no Python 3.11 or newer; name one with 'make PYTHON=python3.11 ...'." >&2
  exit 2
fi

if ! command -v dpkg-query >/dev/null; then
  command -v c++ >/dev/null || command -v clang++ >/dev/null || {
    echo "radgalgui: no C++ compiler found; install one (hnswlib is compiled on install)." >&2
    exit 2
  }
  exit 0
fi

# By what packages provide, too: newer releases call libglib2.0-0 libglib2.0-0t64.
installed=$(dpkg-query -W -f '${db:Status-Abbrev}|${Package}, ${Provides}\n' |
  sed -n 's/^ii *|//p' | tr ',' '\n' | sed -E 's/^ *([^ (:]*).*/\1/')

missing=()
while read -r package _; do
  grep -qxF -- "$package" <<<"$installed" || missing+=("$package")
done < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$here/debian-packages.txt")

# The interpreter may be Debian's own, which keeps venv and the headers apart, or another.
minor=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing+=("python$minor-venv")
"$python" -c 'import os, sysconfig, sys
sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))' ||
  missing+=("python$minor-dev")

if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi
if [ "$(id -u)" -eq 0 ]; then
  echo "Installing system packages: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "radgalgui: system packages are missing; install them, then run make again:" >&2
  echo "  sudo apt-get install ${missing[*]}" >&2
  exit 2
fi
