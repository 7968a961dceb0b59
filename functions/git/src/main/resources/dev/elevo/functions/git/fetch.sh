# $1: remote; $2: all, or empty; then options
remote=$1 all=$2
shift 2
git rev-parse --git-dir >/dev/null || fail $?
if [ -n "$all" ]; then
    URL=$(git remote get-url -- "$remote" 2>/dev/null)
    set -- "$@" --all
else
    need_remote "$remote"
    set -- "$@" -- "$remote"
fi
admit "$URL"
fetching "$@" || exit $?
