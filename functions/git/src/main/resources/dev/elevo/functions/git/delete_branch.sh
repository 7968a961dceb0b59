# $1: name; $2: force, or empty; $3: a remote, or empty
name=$1 force=$2 remote=$3
git rev-parse --git-dir >/dev/null || fail $?
here=
! git show-ref --verify -q "refs/heads/$name" || here=yes
[ -n "$here" ] || [ -n "$remote" ] || stop no_ref 1 "$name"
[ -z "$here" ] || [ "$(head_branch)" != "$name" ] || stop current_branch 1 "$name"
if [ -n "$here" ] && [ -z "$force" ] && [ -n "$remote" ]; then
    against=$(commit_of "$name@{upstream}") || against=HEAD
    git merge-base --is-ancestor "refs/heads/$name" "$against" || stop not_merged 1 "$name"
fi
if [ -n "$remote" ]; then
    need_remote "$remote" --push
    admit "$URL"
    # By its short name: a full one that is not there counts as deleted.
    git push --porcelain --progress --delete -- "$remote" "$name" || exit $?
fi
[ -n "$here" ] || exit 0
option=-d
[ -z "$force$remote" ] || option=-D
git branch -q $option "$name" >&2 && exit 0
code=$?
[ $code != 1 ] || stop not_merged $code "$name"
fail $code
