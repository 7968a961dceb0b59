# $1 and $2: author and address, or empty; $3: amend, or empty; $4: message, or empty; then options. The message is on fd 9.
NEEDS_TREE=yes
author=$1 email=$2 amend=$3 message=$4
shift 4
identity "$author" "$email"
if [ -n "$amend" ]; then
    set -- --amend "$@"
    [ -z "$author$email" ] || set -- --author="${GIT_AUTHOR_NAME:-$(git config user.name)} <${GIT_AUTHOR_EMAIL:-$(git config user.email)}>" "$@"
fi
if [ -n "$message" ]; then set -- -F - "$@"; else set -- --no-edit "$@"; fi
git commit -q --cleanup=whitespace "$@" <&9 >&2 || {
    code=$?
    git rev-parse --git-dir >/dev/null 2>&1 || fail $code
    conflicts $code
    [ -z "$amend" ] || head_commit >/dev/null || stop no_commit_to_amend $code
    [ $code = 1 ] || fail $code
    may_be_empty=$amend
    case " $* " in *' --allow-empty '*) may_be_empty=yes ;; esac
    [ -n "$may_be_empty" ] || git rev-parse -q --verify MERGE_HEAD >/dev/null || ! git diff --cached --quiet \
        || stop nothing_to_commit $code
    hooks=$(git rev-parse --git-path hooks)
    [ ! -x "$hooks/pre-commit" ] && [ ! -x "$hooks/commit-msg" ] && [ ! -x "$hooks/prepare-commit-msg" ] || stop hook_failed $code
    fail $code
}
show_commit HEAD
