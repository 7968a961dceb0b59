# $1: action; $2: index; then options of a push
NEEDS_TREE=yes
action=$1 index=$2
shift 2
git rev-parse --git-dir >/dev/null || fail $?
created=
before=$(git rev-parse -q --verify refs/stash)
case $action in
push)
    conflicts 1
    head_commit >/dev/null || stop no_commit 1
    identity
    git stash push -q "$@" >&2 || fail $?
    created=no
    [ "$before" = "$(git rev-parse -q --verify refs/stash)" ] || created=yes
    ;;
apply | pop | drop)
    [ "$index" -lt "$(git stash list --format=tformat:x | wc -l)" ] || stop no_stash 1
    [ $action = drop ] || { conflicts 1; identity; }
    git stash $action -q "stash@{$index}" >&2 || {
        code=$?
        conflicts $code
        in_the_way $code "stash@{$index}^" "stash@{$index}"
    }
    ;;
clear) git stash clear >&2 || fail $? ;;
esac
printf '%s\0' "$created"
[ -z "$(git rev-parse -q --verify refs/stash)" ] || git log -g -z --no-show-signature --no-color --encoding=UTF-8 --format='%H%x00%ct%x00%gs' refs/stash --
