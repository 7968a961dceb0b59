# $1: remote; $2: branch, or empty; $3: merge, ff or rebase
NEEDS_TREE=yes
remote=$1 branch=$2 how=$3
need_remote "$remote"
current=$(head_branch)
if [ -z "$branch" ]; then
    [ -n "$current" ] || stop no_ref 128 HEAD
    [ "$(git config "branch.$current.remote")" = "$remote" ] && branch=$(git config "branch.$current.merge") || branch=$current
    branch=${branch#refs/heads/}
fi
conflicts 128
admit "$URL"
fetching -- "$remote" "refs/heads/$branch" || exit $?
forget
before=$(head_commit)
! has_large_file FETCH_HEAD ${before:+--not "$before"} || stop too_large 1
if [ -n "$before" ]; then
    if ! base=$(git merge-base HEAD FETCH_HEAD); then stop unrelated_histories 128; fi
    theirs=$(commit_of FETCH_HEAD)
    [ $how != ff ] || [ "$base" = "$before" ] || [ "$base" = "$theirs" ] || stop not_fast_forward 128
fi
identity
if [ $how = rebase ] && [ -n "$before" ]; then
    git update-index -q --refresh >/dev/null 2>&1
    [ "$(git config --type=bool rebase.autoStash)" = true ] || git diff-index --quiet HEAD -- || {
        printf 'dirty\000128\0'; git diff-index -z --name-only HEAD --; exit 240; }
    git rebase -q FETCH_HEAD >&2
else
    git merge -q --ff --no-edit FETCH_HEAD >&2
fi || {
    code=$?
    conflicts $code
    [ -z "$before" ] || { refused_by_hook $code; in_the_way $code "$base" FETCH_HEAD; }
    fail $code
}
printf '%s\0%s\0%s\0' "${current:-$branch}" "$(head_commit)" "$before"
