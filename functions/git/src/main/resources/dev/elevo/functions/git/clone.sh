# $1: url; $2: path; $3: a commit, or empty; $4: recursive, or empty; then options
url=$1 path=$2 commit=$3 recursive=$4
shift 4
command -v git >/dev/null || exit 127
new=yes
[ -e "$path" ] && new=
[ ! -e "$path" ] && [ ! -L "$path" ] || [ -d "$path" ] || stop exists 128
[ ! -d "$path" ] || [ -z "$(ls -A "$path" | head -c 1)" ] || stop exists 128
admit "$url"
# What is checked out runs hooks and filters: not before the credentials are used up.
quiet_git clone --progress --no-checkout "$@" -- "$url" "$path" >&2 || exit $?
cd "$path" || exit 1
if [ -n "$commit" ]; then
    sha=$(commit_of "$commit")
    if [ -z "$sha" ]; then
        fetching origin "$commit"
        sha=$(commit_of "$commit")
    fi
    if [ -z "$sha" ]; then
        find . -mindepth 1 -delete
        [ -z "$new" ] || rmdir "$path" 2>/dev/null
        stop no_ref 128 "$commit"
    fi
    git update-ref --no-deref HEAD "$sha" || exit $?
fi
if [ -n "$(head_commit)" ]; then
    [ -n "$recursive" ] || { exec 9<&-; NO_HOOKS=; }
    quiet_git checkout --progress HEAD -- >&2 || exit $?
    [ -z "$recursive" ] || quiet_git submodule update --init --recursive --progress >&2 || exit $?
fi
exec 9<&-
printf '%s\0%s\0' "$(head_branch)" "$(head_commit)"
[ -z "$(head_commit)" ] || git log -1 --no-show-signature --no-color --encoding=UTF-8 --format=%s
