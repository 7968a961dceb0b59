# $1: a format's name; then patterns of refs
format=$BRANCH
[ "$1" = tracking ] || format=$BRANCH_ONLY
shift
git for-each-ref --format="$format" "$@" || fail $?
printf '=\n'
git remote
