# $1: an option for the ignored, or empty
NEEDS_TREE=yes
git status --porcelain=v2 -z --branch --untracked-files=all --find-renames --ignore-submodules=none $1 &
work=$!
marks=
if dir=$(git rev-parse --git-dir 2>/dev/null); then
    [ ! -e "$dir/MERGE_HEAD" ] || marks="$marks merging"
    [ ! -e "$dir/CHERRY_PICK_HEAD" ] || marks="$marks picking"
    [ ! -d "$dir/rebase-merge" ] && [ ! -d "$dir/rebase-apply" ] || marks="$marks rebasing"
    if branch=$(head_branch); then
        [ -z "$(git for-each-ref --count=1 --format=x "refs/remotes/*/$branch")" ] || marks="$marks published"
    fi
fi
wait $work || fail $?
printf '=%s\0' "$marks"
