# $1: an option for the ignored, or empty
NEEDS_TREE=yes
# Whether refs of remotes are packed. The first are read by this shell: for a few refs another process is the longer way.
packed_remotes() {
    [ -f .git/packed-refs ] || return 1
    for _ in 1 2 3 4 5 6 7 8; do
        IFS= read -r ref || return 1
        case $ref in *' refs/remotes/'*) return 0 ;; esac
    done <.git/packed-refs
    grep -qs ' refs/remotes/' .git/packed-refs
}
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
    [ -d .git/refs/remotes ] || [ -d .git/reftable ] || [ -e .git/commondir ] || packed_remotes || remotes=
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
