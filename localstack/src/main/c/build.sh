#!/bin/sh
# Compiles the library that keeps DynamoDB Local on the loopback address. Usage: build.sh <target folder>
set -eu
here=$(dirname "$0")
mkdir -p "$1"
command -v gcc >/dev/null || { echo "gcc is missing: install it (Debian: apt-get install gcc libc6-dev)" >&2; exit 1; }
[ "$1/loopback.so" -nt "$here/loopback.c" ] ||
    gcc -O2 -shared -fPIC -Wall -Wextra -Werror -o "$1/loopback.so" "$here/loopback.c" -ldl
