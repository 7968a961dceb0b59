#!/bin/sh
# Compiles the helper into the given folder, if it is not newer than its sources already, and the agent's library beside it. The
# helper is static: it runs in any root file system.
set -eu
sources=$(dirname "$0")
target=$1/elevo-init
library=$1/elevo-agent.so
compiler=${CC:-gcc}
cpp_compiler=${CXX:-g++}

if [ -x "$target" ] && [ -e "$library" ] && [ -z "$(find "$sources" -newer "$target" -type f)" ]; then exit 0; fi
for program in "$compiler" "$cpp_compiler"; do
    if ! command -v "$program" >/dev/null; then
        echo "elevo: the helper needs a C and a C++ compiler, and '$program' is not there. Debian, Ubuntu: apt-get install g++" >&2
        exit 1
    fi
done
if ! echo '#include <re2/re2.h>' | "$cpp_compiler" -std=c++17 -fsyntax-only -x c++ - 2>/dev/null; then
    echo "elevo: the helper needs RE2, for its searches. Debian, Ubuntu: apt-get install libre2-dev" >&2
    exit 1
fi
# Later versions of RE2 stand on a library of their own, which pkg-config knows.
re2=$(pkg-config --static --libs re2 2>/dev/null || echo -lre2)

mkdir -p "$1"
objects=$(mktemp -d "$1/objects.XXXXXX")
trap 'rm -rf "$objects"' EXIT
both="-D_GNU_SOURCE -O2 -Wall -Wextra -Wshadow -Werror -fstack-protector-strong -D_FORTIFY_SOURCE=2"
sources=$(cd "$sources" && pwd)
(cd "$objects" && "$compiler" -std=gnu17 $both -Wconversion -c "$sources"/*.c && "$cpp_compiler" -std=c++17 $both -c "$sources"/*.cc)
"$cpp_compiler" -static -Wl,-z,relro,-z,now,-z,noexecstack -o "$target.new" "$objects"/*.o $re2 -lpthread
"$compiler" -std=gnu17 $both -O3 -Wconversion -fPIC -shared -Wl,-z,relro,-z,now,-z,noexecstack -o "$library.new" "$sources"/library/*.c
mv "$library.new" "$library"
mv "$target.new" "$target"
