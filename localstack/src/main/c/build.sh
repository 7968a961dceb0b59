#!/bin/sh
# Compiles what is preloaded into DynamoDB Local. Usage: build.sh <target folder>
set -eu
here=$(dirname "$0")
library=$1/dynamodb-local.so
mkdir -p "$1"
if [ -f "$library" ] && [ -z "$(find "$here" -newer "$library" -type f)" ]; then exit 0; fi
command -v gcc >/dev/null || { echo "gcc is missing: install it (Debian: apt-get install gcc libc6-dev)" >&2; exit 1; }
gcc -O2 -shared -fPIC -Wall -Wextra -Werror -o "$library" "$here"/*.c -ldl
