# $1: index, tree or commits; $2 and $3: commits, or empty; then options, --, and paths
what=$1 first= second=
[ -z "$2" ] || { need_commit "$2"; first=$SHA; }
[ -z "$3" ] || { need_commit "$3"; second=$SHA; }
shift 3
[ "$what" != index ] || set -- --cached "$@"
[ "$what" = commits ] || NEEDS_TREE=yes
# Of a file in conflict git would tell nothing that is counted: it is compared with what was here before.
[ "$what" != tree ] || [ -n "$first" ] || set -- --ours "$@"
git rev-parse --git-dir >/dev/null || fail $?
# Where there are two paths and one is outside of the repository, git compares these two instead: so there are never two.
for path in "$@"; do last=$path; done
[ "$last" = -- ] || set -- "$@" "$last" "$last"
from_top git diff --no-ext-diff --no-color --find-renames --src-prefix=a/ --dst-prefix=b/ --raw --numstat -z $first $second "$@" || fail $?
