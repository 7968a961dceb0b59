#!/usr/bin/env bash
# Usage: build.sh CLASSES TEST_CLASSES. Checks the types, lays the page into CLASSES/console, and beside the tests what looks at it for them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
type -P npm >/dev/null && type -P node >/dev/null || {
    echo "[ERROR] the console is built by npm, and there is none on the PATH: sudo apt-get install npm" >&2
    exit 1
}
# Nothing of a package is run at its installation: what is needed of them comes ready.
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
    npm ci --ignore-scripts --no-audit --no-fund --prefer-offline
    touch node_modules/.package-lock.json
fi
npm run --silent check
npm run --silent build -- "$1/console"
mkdir -p "$2"
cp node_modules/axe-core/axe.min.js "$2/"
