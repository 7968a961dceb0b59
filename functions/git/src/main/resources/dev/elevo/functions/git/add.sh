# $1: an option, or empty; $2: another; then names, literally unless they hold glob characters and no such file exists
NEEDS_TREE=yes
options="$1 $2"
shift 2
top=$(git rev-parse --show-toplevel) || fail $?
left=$#
while [ $left -gt 0 ]; do
    file=$1
    shift
    left=$((left - 1))
    case $file in
    . | ./) set -- "$@" :/ ;;
    *[*?[\\]*)
        if [ -e "$top/$file" ] || [ -L "$top/$file" ]; then set -- "$@" ":(top,literal)$file"; else set -- "$@" ":(top)$file"; fi
        ;;
    *) set -- "$@" ":(top,literal)$file" ;;
    esac
done
git add $options -- "$@" >&2 || fail $?
