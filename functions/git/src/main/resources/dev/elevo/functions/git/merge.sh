# $1: ref; $2: message, or empty; $3: ff-only, or empty; then options. The message is on fd 9.
NEEDS_TREE=yes
ref=$1 message=$2 only=$3
shift 3
conflicts 128
need_commit "$ref"
before=$(head_commit)
git rev-parse -q --verify MERGE_HEAD >/dev/null && stop merging 128
if [ -n "$before" ]; then
    base=$(git merge-base HEAD "$SHA") || stop unrelated_histories 128
    [ -z "$only" ] || [ "$base" = "$before" ] || [ "$base" = "$SHA" ] || stop not_fast_forward 128
fi
identity
# Unlike commit, merge knows no name for its stdin; and what may be the user's to open is a pipe of his own.
[ -z "$message" ] || set -- -F /proc/self/fd/0 "$@"
cat <&9 | git merge -q --no-edit "$@" "$ref" >&2 || {
    code=$?
    conflicts $code
    [ -z "$before" ] || { refused_by_hook $code; in_the_way $code "$base" "$SHA"; }
    fail $code
}
printf '%s\0%s\0%s\0' "$before" "$(head_commit)" "$SHA"
! git rev-parse -q --verify MERGE_HEAD >/dev/null || { printf 'open\0'; exit 0; }
printf 'done\0'
show_commit HEAD
