# $1: a ref; $2: how many to pass over; $3: how many; then filters, --, and paths
ref=$1 skip=$2 most=$3
shift 3
# The name of one commit, which git is given as it is, and not by what it means: what else it takes for revisions is none.
case $ref in *..* | ^*) stop no_ref 128 "$ref" ;; esac
page_and_total() {
    git log --no-show-signature --no-color --encoding=UTF-8 --extended-regexp --format="tformat:$COMMIT" \
        --skip="$skip" --max-count="$most" "$@" &
    work=$!
    total=$(git rev-list --count --extended-regexp "$@")
    wait $work
}
from_top page_and_total "$ref^{commit}" "$@" || {
    code=$?
    git rev-parse --git-dir >/dev/null || fail $code
    # Of the pattern git itself is the judge.
    for option in "$@"; do
        case $option in
        --) break ;;
        --grep=*) git rev-list --max-count=0 --extended-regexp --glob=refs/none "$option" 2>/dev/null || stop bad_pattern $code "${option#*=}" ;;
        esac
    done
    ! commit_of "$ref" >/dev/null || fail $code
    if [ "$ref" = HEAD ] && head_branch >/dev/null; then
        # A branch has no commit yet, or has lost it.
        ! git rev-parse -q --verify HEAD >/dev/null || fail $code
        printf 0
        exit 0
    fi
    stop no_ref 128 "$ref"
}
printf '%s' "$total"
