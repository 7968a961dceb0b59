unset GIT_ALLOW_PROTOCOL GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_NAMESPACE GIT_EXTERNAL_DIFF
NEEDS_TREE= LITERAL= SSH_OPTIONS= NO_HOOKS=
exec 9<&0 </dev/null
# At the end of its time git is told first, and takes its locks away. The shell waits for it.
trap 'exit 143' TERM
COMMIT='%H%x00%P%x00%an%x00%ae%x00%cn%x00%ce%x00%at%x00%ct%x00%B%x00'
BRANCH='%(refname)%00%(symref)%00%(HEAD)%00%(objectname)%00%(upstream:short)%00%(upstream:track,nobracket)%00%(contents:subject)%00'
BRANCH_ONLY='%(refname)%00%(symref)%00%(HEAD)%00%(objectname)%00%(upstream:short)%00%00%(contents:subject)%00'
# Ends with a reason of our own and what belongs to it; stdout holds nothing else then.
stop() { printf '%s\0' "$@"; exit 240; }
# Whether the directory itself is a repository, whatever git says of its settings; and whether it or one above is.
is_repository() { { git rev-parse --resolve-git-dir "$1/.git" || git rev-parse --resolve-git-dir "$1"; } >/dev/null 2>&1; }
is_broken() {
    dir=$PWD
    until is_repository "$dir"; do
        [ -n "$dir" ] || return 1
        dir=${dir%/*}
    done
}
# Why git could not do what needs a repository, where that can be found out; otherwise its own code and words are the answer.
fail() {
    [ "$1" != 127 ] || exit 127
    if ! git rev-parse --git-dir >/dev/null 2>&1; then
        ! git -c safe.directory='*' rev-parse --git-dir >/dev/null 2>&1 || stop unsafe_ownership "$1"
        ! is_broken || stop broken "$1"
        stop not_a_repository "$1"
    fi
    [ ! -e "$(git rev-parse --git-path index.lock)" ] || stop locked "$1"
    [ "$(git rev-parse --is-inside-work-tree)" = true ] || [ -z "$NEEDS_TREE" ] || stop no_work_tree "$1"
    exit "$1"
}
# The full name of what the words mean; 1 for nothing.
commit_of() {
    # What names all but a commit names none.
    case $1 in '' | ^*) return 1 ;; esac
    git rev-parse -q --verify --end-of-options "$1^{commit}" 2>/dev/null
}
need_commit() {
    SHA=$(commit_of "$1") && return
    git rev-parse --git-dir >/dev/null || fail $?
    stop no_ref 128 "$1"
}
head_commit() { git rev-parse -q --verify 'HEAD^{commit}' 2>/dev/null; }
head_branch() { git symbolic-ref -q --short HEAD 2>/dev/null; }
show_commit() { git log -1 --no-show-signature --no-color --encoding=UTF-8 --format="tformat:$COMMIT" "$1" --; }
unmerged() { git diff --name-only --diff-filter=U -z 2>/dev/null; }
has_conflicts() { [ -n "$(git ls-files -u 2>/dev/null | head -c 1)" ]; }
# Stops if there are conflicts.
conflicts() {
    ! has_conflicts || { printf 'conflict\0%s\0' "$1"; unmerged; exit 240; }
}
# What is in conflict keeps from every other commit, and nothing else that was changed meanwhile.
torn() {
    has_conflicts || return 0
    printf 'in_the_way\0%s\0' "$1"
    unmerged
    printf '\0'
    unmerged
    exit 240
}
# A merge that has begun and met no conflict was refused by a hook.
refused_by_hook() { [ "$1" -ge 100 ] || ! git rev-parse -q --verify MERGE_HEAD >/dev/null || stop hook_failed "$1"; }
# Of what was changed here and what would be, both are told: what is in both was in the way. $2... is what a diff is made of.
in_the_way() {
    [ "$1" -lt 100 ] || fail "$1"
    torn "$1"
    printf 'in_the_way\0%s\0' "$1"
    shift
    git diff --name-only -z HEAD -- 2>/dev/null
    git ls-files -z -o --exclude-standard --full-name :/ 2>/dev/null
    printf '\0'
    git diff --name-only --no-renames -z "$@" -- 2>/dev/null
    git diff --cached --name-only --no-renames -z -- 2>/dev/null
    exit 240
}
# Who commits, where neither the call nor the repository says so. $1 and $2 are a name and an address, or empty.
identity() {
    name=$1 email=$2
    [ -n "$name" ] || [ -n "$GIT_AUTHOR_NAME" ] || git config user.name >/dev/null || name='Sandbox User'
    [ -n "$email" ] || [ -n "$GIT_AUTHOR_EMAIL" ] || git config user.email >/dev/null || email=user@sandbox.local
    [ -z "$name" ] || export GIT_AUTHOR_NAME="$name" GIT_COMMITTER_NAME="$name"
    [ -z "$email" ] || export GIT_AUTHOR_EMAIL="$email" GIT_COMMITTER_EMAIL="$email"
}
# Runs the words, of which those behind the first -- are paths from the top of the work tree, whatever directory the call names.
# Not by :(top): git takes what begins so as it is written, and ./a or /work/tree/a were a name that no file has.
from_top() {
    up= paths= left=$#
    while [ $left -gt 0 ]; do
        word=$1
        shift
        left=$((left - 1))
        if [ -n "$paths" ]; then
            case $word in /*) ;; *) word=$up$word ;; esac
            magic=
            [ -z "$LITERAL" ] || case $word in
            *[*?[\\]*) [ ! -e "$word" ] && [ ! -L "$word" ] || magic=literal ;;
            *) magic=literal ;;
            esac
            word=":($magic)$word"
        elif [ "$word" = -- ] && [ $left -gt 0 ]; then
            paths=yes
            up=$(git rev-parse --show-cdup 2>/dev/null)
            # Outside of the work tree it is told where that is; paths are from its top there.
            case $up in /*) up= ;; esac
        fi
        set -- "$@" "$word"
    done
    "$@"
}
