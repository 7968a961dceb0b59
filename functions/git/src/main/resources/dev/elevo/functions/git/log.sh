# $1: a ref; $2: how many to pass over; $3: how many; then filters, --, and paths
ref=$1 skip=$2 most=$3
shift 3
if ! SHA=$(commit_of "$ref"); then
    git rev-parse --git-dir >/dev/null || fail $?
    [ "$ref" != HEAD ] || ! head_branch >/dev/null || { printf 0; exit 0; }
    stop no_ref 128 "$ref"
fi
git log --no-show-signature --no-color --encoding=UTF-8 --extended-regexp --format="tformat:$COMMIT" \
    --skip="$skip" --max-count="$most" "$SHA" "$@" &
work=$!
total=$(git rev-list --count --extended-regexp "$SHA" "$@")
wait $work || fail $?
printf '%s' "$total"
