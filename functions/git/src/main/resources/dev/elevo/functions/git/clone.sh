# $1: url; $2: path; $3: a commit, or empty; $4: recursive, or empty; then options
url=$1 path=$2 commit=$3 recursive=$4
shift 4
command -v git >/dev/null || exit 127
new=yes
[ -e "$path" ] && new=
[ ! -e "$path" ] && [ ! -L "$path" ] || [ -d "$path" ] || stop exists 128
[ ! -d "$path" ] || [ -z "$(ls -A "$path" | head -c 1)" ] || stop exists 128
admit "$url"
[ -z "$commit" ] || set -- --no-checkout "$@"
[ -z "$recursive" ] || [ -n "$commit" ] || set -- --recurse-submodules "$@"
git clone --progress "$@" -- "$url" "$path" >&2 || exit $?
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
    git checkout -q --detach "$sha" >&2 || exit $?
    [ -z "$recursive" ] || git submodule update --init --recursive --progress >&2 || exit $?
fi
printf '%s\0%s\0' "$(head_branch)" "$(head_commit)"
[ -z "$(head_commit)" ] || git log -1 --no-show-signature --no-color --encoding=UTF-8 --format=%s
