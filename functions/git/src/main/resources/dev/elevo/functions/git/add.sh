# $1: an option, or empty; $2: another; then names, literally unless they hold glob characters and no such file exists
NEEDS_TREE=yes LITERAL=yes
options="$1 $2"
shift 2
from_top git add $options -- "$@" >&2 || fail $?
