#!/bin/sh
# Compiles the helper into the given folder, if it is not newer than its sources already. Static: it runs in any root file system.
set -eu
sources=$(dirname "$0")
target=$1/elevo-init
compiler=${CC:-gcc}

if [ -x "$target" ] && [ -z "$(find "$sources" -newer "$target" -type f)" ]; then exit 0; fi
if ! command -v "$compiler" >/dev/null; then
    echo "elevo: the helper needs a C compiler, and '$compiler' is not there. Debian, Ubuntu: apt-get install gcc libc6-dev" >&2
    exit 1
fi
mkdir -p "$1"
"$compiler" -std=gnu17 -D_GNU_SOURCE -O2 -static -Wall -Wextra -Wshadow -Wconversion -Werror \
    -fstack-protector-strong -D_FORTIFY_SOURCE=2 -Wl,-z,relro,-z,now,-z,noexecstack \
    -o "$target.new" "$sources"/*.c
mv "$target.new" "$target"
