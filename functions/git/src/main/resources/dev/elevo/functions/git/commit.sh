# $1 and $2: author and address, or empty; $3: amend, or empty; $4: message, or empty; then options. The message is on fd 9.
NEEDS_TREE=yes
author=$1 author_email=$2 amend=$3 message=$4
shift 4
identity "$author" "$author_email"
# What the amended commit says of its author.
of_amended() { git log -1 --no-show-signature --no-color --encoding=UTF-8 --format="tformat:$1" HEAD -- 2>/dev/null; }
if [ -n "$amend" ]; then
    set -- --amend "$@"
    [ -z "$author$author_email" ] || set -- --author="${author:-$(of_amended %an)} <${author_email:-$(of_amended %ae)}>" "$@"
fi
# Whether the commit would differ from the one before it; a merge need not.
is_something() {
    ! git rev-parse -q --verify MERGE_HEAD >/dev/null || return 0
    before=HEAD
    if [ -n "$amend" ]; then
        [ -z "$(commit_of HEAD^2)" ] || return 0
        before=$(commit_of HEAD^1) || before=$(git hash-object -t tree /dev/null)
    elif [ -z "$(head_commit)" ]; then
        before=
    fi
    ! git diff --cached --quiet $before --
}
if [ -n "$message" ]; then set -- -F - "$@"; else set -- --no-edit "$@"; fi
git commit -q --cleanup=whitespace "$@" <&9 >&2 || {
    code=$?
    git rev-parse --git-dir >/dev/null 2>&1 || fail $code
    conflicts $code
    [ -z "$amend" ] || head_commit >/dev/null || stop no_commit_to_amend $code
    [ $code = 1 ] || fail $code
    may_be_empty= hooked='pre-commit commit-msg prepare-commit-msg'
    for option in "$@"; do
        case $option in
        --allow-empty) may_be_empty=yes ;;
        --no-verify) hooked=prepare-commit-msg ;;
        esac
    done
    [ -n "$may_be_empty" ] || is_something || stop nothing_to_commit $code
    hooks=$(git rev-parse --git-path hooks)
    for hook in $hooked; do [ ! -x "$hooks/$hook" ] || stop hook_failed $code; done
    fail $code
}
show_commit HEAD
