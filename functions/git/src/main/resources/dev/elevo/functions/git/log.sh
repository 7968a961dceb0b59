# $1: a ref; $2: how many to pass over; $3: how many; then filters, --, and paths
ref=$1 skip=$2 most=$3
shift 3
# The name of one commit: what else git takes for revisions is none.
case $ref in *..* | ^*) stop no_ref 128 "$ref" ;; esac
git log --no-show-signature --no-color --encoding=UTF-8 --extended-regexp --format="tformat:$COMMIT" \
    --skip="$skip" --max-count="$most" "$ref^{commit}" "$@" &
work=$!
total=$(git rev-list --count --extended-regexp "$ref^{commit}" "$@")
wait $work || {
    code=$?
    git rev-parse --git-dir >/dev/null || fail $code
    ! commit_of "$ref" >/dev/null || fail $code
    [ "$ref" != HEAD ] || ! head_branch >/dev/null || { printf 0; exit 0; }
    stop no_ref 128 "$ref"
}
printf '%s' "$total"
