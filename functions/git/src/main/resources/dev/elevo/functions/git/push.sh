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
admit "$URL"
printf '%s\0' "$branch"
git push --porcelain --progress "$@" || exit $?
