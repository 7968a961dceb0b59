# $1: path; $2: branch; then options
path=$1 branch=$2
shift 2
command -v git >/dev/null || exit 127
mkdir -p "$path" || { at=$path; while [ ! -e "$at" ]; do at=$(dirname "$at"); done; [ -d "$at" ] || stop not_a_directory 1; exit 1; }
cd "$path" || exit 1
again=
! is_repository . || again=yes
git init -q --initial-branch="$branch" "$@" >&2 || exit $?
printf '%s\0%s\0%s\0' "$(head_branch)" "$(git rev-parse --is-bare-repository)" "$again"
