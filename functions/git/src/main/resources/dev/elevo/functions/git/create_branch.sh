# $1: name; $2: where it begins; $3: upstream, or empty; $4: force, or empty; $5: checkout, or empty
name=$1 start=$2 upstream=$3 force=$4 checkout=$5
need_commit "$start"
[ -n "$force" ] || ! git show-ref --verify -q "refs/heads/$name" || stop branch_exists 128 "$name"
if [ -n "$upstream" ]; then
    git show-ref --verify -q "refs/remotes/$upstream" || git show-ref --verify -q "refs/heads/$upstream" || stop no_ref 128 "$upstream"
fi
if [ -n "$checkout" ]; then
    NEEDS_TREE=yes
    option=-b
    [ -z "$force" ] || option=-B
    git checkout -q $option "$name" "$start" -- >&2 || in_the_way $? HEAD "$SHA"
else
    [ "$(head_branch)" != "$name" ] || [ -z "$force" ] || stop current_branch 128 "$name"
    git branch ${force:+--force} "$name" "$start" >&2 || fail $?
fi
[ -z "$upstream" ] || git branch --set-upstream-to="$upstream" "$name" >&2 || fail $?
git for-each-ref --format="$BRANCH" "refs/heads/$name" || fail $?
