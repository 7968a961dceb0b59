# $1: an option for the ignored, or empty
NEEDS_TREE=yes
git status --porcelain=v2 -z --branch --untracked-files=all --find-renames --ignore-submodules=none $1 &
work=$!
marks=
# What most work trees have can be read without another git.
dir=.git branch= remotes=yes
if [ -d .git ] && [ ! -L .git ] && IFS= read -r branch 2>/dev/null <.git/HEAD; then
    case $branch in
    'ref: refs/heads/.invalid') branch= ;;
    'ref: refs/heads/'*) branch=${branch#ref: refs/heads/} ;;
    *) branch= ;;
    esac
    [ -d .git/refs/remotes ] || [ -d .git/reftable ] || [ -e .git/commondir ] || grep -qs ' refs/remotes/' .git/packed-refs || remotes=
fi
[ -n "$branch" ] || { dir=$(git rev-parse --git-dir 2>/dev/null) && branch=$(head_branch); }
if [ -n "$dir" ]; then
    [ ! -e "$dir/MERGE_HEAD" ] || marks="$marks merging"
    [ ! -e "$dir/CHERRY_PICK_HEAD" ] || marks="$marks picking"
    [ ! -d "$dir/rebase-merge" ] && [ ! -d "$dir/rebase-apply" ] || marks="$marks rebasing"
    if [ -n "$branch" ] && [ -n "$remotes" ]; then
        [ -z "$(git for-each-ref --count=1 --format=x "refs/remotes/*/$branch")" ] || marks="$marks published"
    fi
fi
wait $work || fail $?
printf '=%s\0' "$marks"
