# What follows is for calls that go to a remote. Credentials come through fd 9.
# $1 is the url the credentials are for: no other host is given any.
admit() {
    case $CREDENTIALS in
    http)
        case $1 in
        http://* | https://*)
            host=${1#*://}
            host=${host%%[/?#]*}
            serve_login
            setting 'credential.helper' ''
            setting "credential.${1%%://*}://${host##*@}.helper" \
                '!f() { [ "$1" = get ] || return 0; while IFS= read -r l <&9 && [ -n "$l" ]; do printf "%s\n" "$l"; done; }; f'
            NO_HOOKS=yes
            ;;
        # They are for nobody then, and no hook may find them.
        *) exec 9<&- ;;
        esac
        ;;
    ssh)
        ssh_agent
        NO_HOOKS=yes
        ;;
    esac
    : "${GIT_SSH_COMMAND:=$(git config core.sshCommand)}"
    export GIT_SSH_COMMAND="${GIT_SSH_COMMAND:-ssh} -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o ConnectTimeout=30 $SSH_OPTIONS"
}
# A pipe has them from here on as often as a connection asks, which are many where there are submodules or several remotes.
login_server=
serve_login() {
    login=$(cat <&9)
    place=$(mktemp -d /tmp/elevo-login-XXXXXX) && mkfifo -m 600 "$place/login" || exit 1
    trap end_agent EXIT
    while printf '%s\n\n' "$login"; do :; done 9<&- 2>/dev/null >"$place/login" &
    login_server=$!
    login=
    exec 9<"$place/login"
    rm -rf "$place"
    place=
}
setting() {
    export "GIT_CONFIG_KEY_$GIT_CONFIG_COUNT=$1" "GIT_CONFIG_VALUE_$GIT_CONFIG_COUNT=$2"
    export GIT_CONFIG_COUNT=$((GIT_CONFIG_COUNT + 1))
}
# Nothing that runs from here on finds any: what is merged or checked out has hooks, drivers and filters.
forget() {
    exec 9<&-
    NO_HOOKS=
    [ -z "$agent" ] || unset SSH_AUTH_SOCK
    end_agent
}
# The key is in no file: an agent of our own process group holds it as long as it is needed.
agent= place=
end_agent() {
    [ -z "$agent" ] || kill "$agent" 2>/dev/null
    [ -z "$login_server" ] || kill "$login_server" 2>/dev/null
    [ -z "$place" ] || rm -rf "$place"
    agent= login_server= place=
}
# What calls have left that were killed: agents that nobody hears any more.
remove_dead_agents() {
    for socket in /tmp/elevo-ssh-*/agent; do
        [ -S "$socket" ] || continue
        SSH_AUTH_SOCK="$socket" timeout 2 ssh-add -l >/dev/null 2>&1 9<&-
        [ $? != 2 ] || rm -rf "${socket%/agent}"
    done
}
ssh_agent() {
    command -v ssh-agent >/dev/null && command -v ssh-add >/dev/null || stop no_ssh 127
    remove_dead_agents
    # Not where TMPDIR says: the option below takes no name with a space.
    place=$(mktemp -d /tmp/elevo-ssh-XXXXXX) || exit 1
    trap end_agent EXIT
    mkfifo -m 600 "$place/ready" || exit 1
    # With the script it ends also when that is killed.
    with=
    ! command -v setpriv >/dev/null || with='setpriv --pdeathsig KILL --'
    $with ssh-agent -D -a "$place/agent" >"$place/ready" 2>/dev/null 9<&- &
    agent=$!
    # It tells where as soon as it listens.
    IFS= read -r where <"$place/ready" && [ -S "$place/agent" ] || stop no_ssh 1
    printf '#!/bin/sh\nIFS= read -r l <&8 && printf "%%s\\n" "$l"\n' >"$place/ask"
    chmod 700 "$place/ask"
    IFS= read -r phrase <&9
    printf '%s\n' "$phrase" | {
        exec 8<&0
        DISPLAY=none SSH_ASKPASS="$place/ask" SSH_ASKPASS_REQUIRE=force SSH_AUTH_SOCK="$place/agent" ssh-add -q -t 3600 - <&9
    } >/dev/null 2>&1 || stop bad_key 1
    phrase=
    SSH_OPTIONS="-o IdentityAgent=$place/agent -o IdentityFile=none"
    export SSH_AUTH_SOCK="$place/agent"
}
# $1 is a remote, $2 may be --push.
need_remote() {
    URL=$(git remote get-url $2 -- "$1" 2>/dev/null) || {
        git rev-parse --git-dir >/dev/null || fail $?
        stop no_remote 2 "$1"
    }
}
# Of a repository: what comes in one piece becomes one file, and whoever writes a longer one is ended.
ulimit -f $((MOST_REPOSITORY_BYTES / 512)) 2>/dev/null
# Whether a file is larger than one may be, in what rev-list makes of the words.
has_large_file() {
    git rev-list --objects --no-object-names --filter="blob:limit=$((MOST_FILE_BYTES + 1))" --filter-print-omitted "$@" 2>/dev/null \
        | grep -q '^~'
}
# Git that may still read credentials, and so runs no hook.
quiet_git() { if [ -n "$NO_HOOKS" ]; then git -c core.hooksPath=/dev/null "$@"; else git "$@"; fi; }
fetching() { quiet_git fetch --progress "$@" >&2; }
