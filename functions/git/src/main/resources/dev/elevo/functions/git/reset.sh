# $1: target; $2: mode; then paths
NEEDS_TREE=yes
target=$1 mode=$2
shift 2
if ! SHA=$(commit_of "$target"); then
    git rev-parse --git-dir >/dev/null || fail $?
    [ "$target" = HEAD ] && head_branch >/dev/null || stop no_ref 128 "$target"
fi
if [ $# != 0 ]; then from_top git reset -q $SHA -- "$@"; else git reset -q "--$mode" $SHA; fi >&2 || fail $?
printf '%s\0' "$(head_commit)"
