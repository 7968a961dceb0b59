# $1: url; $2: path; $3: a commit, or empty; $4: recursive, or empty; then options
url=$1 path=$2 commit=$3 recursive=$4
shift 4
depth=
for option in "$@"; do case $option in --depth=*) depth=$option ;; esac; done
command -v git >/dev/null || exit 127
new=yes
[ -e "$path" ] && new=
[ ! -e "$path" ] && [ ! -L "$path" ] || [ -d "$path" ] || stop exists 128
[ ! -d "$path" ] || [ -z "$(ls -A "$path" | head -c 1)" ] || stop exists 128
admit "$url"
# As if nothing had been cloned: a repeat must not find it in its way.
remove() {
    cd "$path" 2>/dev/null && find . -mindepth 1 -delete
    [ -z "$new" ] || rmdir "$path" 2>/dev/null
}
undo() {
    remove
    stop "$@"
}
failed() {
    remove
    exit "$1"
}
trap 'failed 143' TERM
# What is checked out runs hooks and filters: not before the credentials are used up.
quiet_git clone --progress --no-checkout "$@" -- "$url" "$path" >&2 || exit $?
cd "$path" || exit 1
if [ -n "$commit" ]; then
    sha=$(commit_of "$commit")
    if [ -z "$sha" ]; then
        fetching $depth origin "$commit"
        sha=$(commit_of "$commit")
    fi
    [ -n "$sha" ] || undo no_ref 128 "$commit"
    git update-ref --no-deref HEAD "$sha" || failed $?
fi
if [ -n "$(head_commit)" ]; then
    ! has_large_file --no-walk HEAD || undo too_large 1
    [ -n "$recursive" ] || forget
    quiet_git checkout --progress HEAD -- >&2 || failed $?
    [ -z "$recursive" ] || quiet_git submodule update --init --recursive --progress >&2 || failed $?
fi
forget
trap 'exit 143' TERM
printf '%s\0%s\0' "$(head_branch)" "$(head_commit)"
[ -z "$(head_commit)" ] || git log -1 --no-show-signature --no-color --encoding=UTF-8 --format=%s
