# $1: target; $2: create, or empty; $3: force, or empty; then paths
NEEDS_TREE=yes
target=$1 create=$2 force=$3
shift 3
git rev-parse --git-dir >/dev/null || fail $?
refused() {
    in_the_way "$1" HEAD "$SHA"
}
if [ -n "$create" ]; then
    ! git show-ref --verify -q "refs/heads/$target" || stop branch_exists 128 "$target"
    git checkout -q ${force:+-f} -b "$target" >&2 || { code=$?; torn $code; fail $code; }
elif [ $# != 0 ]; then
    need_commit "$target"
    from_top git checkout -q "$SHA" -- "$@" >&2 || fail $?
elif git show-ref --verify -q "refs/heads/$target"; then
    SHA=$(commit_of "refs/heads/$target")
    git checkout -q ${force:+-f} "$target" -- >&2 || refused $?
elif SHA=$(commit_of "$target"); then
    git checkout -q ${force:+-f} --detach "$SHA" >&2 || refused $?
else
    git check-ref-format "refs/heads/$target" || stop no_ref 1 "$target"
    tracked=$(git for-each-ref --format='%(refname:lstrip=2)' "refs/remotes/*/$target")
    [ -n "$tracked" ] && [ "$(printf '%s\n' "$tracked" | wc -l)" = 1 ] || stop no_ref 1 "$target"
    SHA=$(commit_of "refs/remotes/$tracked")
    git checkout -q ${force:+-f} -b "$target" --track "$tracked" >&2 || refused $?
fi
printf '%s\0%s\0' "$(head_branch)" "$(head_commit)"
