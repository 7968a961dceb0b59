# $1: remote; $2: branch, or empty; $3: all, or empty; then options
remote=$1 branch=$2 all=$3
shift 3
need_remote "$remote" --push
[ -n "$branch" ] || branch=$(head_branch) || [ -n "$all" ] || stop no_ref 128 HEAD
if [ -n "$all" ]; then
    set -- "$@" -- "$remote" 'refs/heads/*:refs/heads/*'
else
    git show-ref --verify -q "refs/heads/$branch" || stop no_ref 1 "$branch"
    set -- "$@" -- "$remote" "refs/heads/$branch:refs/heads/$branch"
fi
! has_large_file ${branch:+"refs/heads/$branch"} ${all:+--branches} --not --remotes="$remote" || stop too_large 1
# No hook may find credentials. The one before a push runs before there are any, and knows of the remote what was fetched last.
before_push() {
    hook=$(git rev-parse --path-format=absolute --git-path hooks/pre-push)
    [ -x "$hook" ] || return 0
    top=$(git rev-parse --show-toplevel 2>/dev/null) || top=.
    pushed=refs/heads/$branch
    [ -z "$all" ] || pushed='refs/heads/**'
    git for-each-ref --format='%(refname) %(objectname)' "$pushed" | while read -r name sha; do
        theirs=$(git rev-parse -q --verify "refs/remotes/$remote/${name#refs/heads/}") || theirs=0000000000000000000000000000000000000000
        printf '%s %s %s %s\n' "$name" "$sha" "$name" "$theirs"
    done | (cd "$top" && exec "$hook" "$remote" "$URL" 9<&- >&2)
}
[ "$CREDENTIALS" = none ] || before_push || { printf '%s\0' "$branch"; exit 1; }
admit "$URL"
printf '%s\0' "$branch"
quiet_git push --porcelain --progress "$@" || exit $?
