# shellcheck shell=bash
# The functions of the demo: texts in two languages, commands that are shown and checked, and the start and stop of the
# daemon.
#
# Before the demo reads this file, it sets $folder, and $backstage, a folder in it for files that are not shown.
# shellcheck disable=SC2034,SC2154 # shared with the demo

locale=${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}
locale=${locale%%[_.@-]*}
language=en
[[ ${locale,,} != fr ]] || language=fr

bold='' faint='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
    bold=$'\e[1m' faint=$'\e[2m' plain=$'\e[0m'
fi

steps=0    # the number of checks so far
last=''    # the last command that was shown
daemon=''  # the daemon's process id while it runs
helpers=() # process ids of the other processes that were started

# words FR EN: prints the text in the user's language.
words() { if [[ $language == fr ]]; then printf '%s\n' "$1"; else printf '%s\n' "$2"; fi; }

# say FR EN: prints narration.
say() { printf '\n%s%s%s\n' "$faint" "$(words "$@")" "$plain"; }

# scene FR EN: prints a headline.
scene() { printf '\n\n%s== %s ==%s\n' "$bold" "$(words "$@")" "$plain"; }

# prompt WORD…: prints a command as a user types it.
prompt() {
    local word line='$'
    for word in "$@"; do
        if [[ $word =~ ^[][A-Za-z0-9_./:=@%+,-]+$ ]]; then
            line+=" $word"
        elif [[ $word =~ ^([a-z_]+)=(.*)$ ]]; then
            line+=" ${BASH_REMATCH[1]}=\"${BASH_REMATCH[2]}\""
        else
            line+=" \"$word\""
        fi
    done
    prompt_line "${line#\$ }"
}

# prompt_line LINE: prints a command line that is not one simple command.
prompt_line() {
    last=$1
    printf '\n%s$ %s%s\n' "$bold" "$1" "$plain"
}

# fail WHAT EXPECTED CAME: prints why the demo failed, and ends it.
fail() {
    # If a value is missing, later steps that use it fail too. Only the first failure is printed.
    [[ ! -e $backstage/explained ]] || exit 1
    {
        printf '\n%s %s: %s\n' "$(words 'ÉCHEC à la vérification' 'FAILED at check')" "$((steps + 1))" "$1"
        printf '  %-9s $ %s\n' "$(words 'commande' 'command')" "$last"
        printf '  %-9s %s\n' "$(words 'attendu' 'expected')" "$2"
        printf '  %-9s %s\n' "$(words 'obtenu' 'came')" "$3"
    } >&2
    # A file, because a subshell cannot set a variable of the demo.
    : >"$backstage/explained"
    exit 1
}

# passed FR EN: counts and prints a step that passed.
passed() {
    steps=$((steps + 1))
    printf '  %s✓ %s%s\n' "$faint" "$(words "$@")" "$plain"
}

# check FR EN EXPECTED CAME: fails unless the two texts are equal.
check() {
    [[ $3 == "$4" ]] || fail "$(words "$1" "$2")" "$3" "$4"
    passed "$1" "$2"
}

# check_text FR EN PART TEXT: fails unless the text contains the part.
check_text() {
    [[ $4 == *"$3"* ]] || fail "$(words "$1" "$2")" "… $3 …" "$4"
    passed "$1" "$2"
}

# check_files FR EN EXPECTED CAME: fails unless the two files are equal byte for byte.
check_files() {
    cmp -s "$3" "$4" || fail "$(words "$1" "$2")" "$3" "$(diff "$3" "$4" | head -n 40)"
    passed "$1" "$2"
}

# play STATUS COMMAND…: shows a command, runs it, shows its output, and checks its exit status.
# It leaves the standard output in $answer and the standard error in $complaint.
play() {
    local wanted=$1 status=0
    shift
    prompt "$@"
    timeout --foreground 30 "$@" >"$backstage/out" 2>"$backstage/err" </dev/null || status=$?
    cat "$backstage/out" "$backstage/err"
    # If the output does not end with a newline, the next line of the demo must not continue it.
    [[ -z $(tail -q -n 1 "$backstage/out" | tail -c 1) ]] || printf '\n'
    answer=$(<"$backstage/out")
    complaint=$(<"$backstage/err")
    [[ $status == "$wanted" ]] || fail "$(words 'état de sortie' 'exit status')" "$wanted" "$status"
    if ((wanted == 0)); then steps=$((steps + 1)); else passed "état de sortie $wanted" "exit status $wanted"; fi
}

# ctl STATUS ARGUMENT…: plays conciergectl with the arguments.
ctl() { play "$1" conciergectl "${@:2}"; }

# ask FILTER ARGUMENT…: prints a value from conciergectl's JSON, for use by the demo. The command is not shown.
ask() {
    local filter=$1 reply
    shift
    reply=$(timeout --foreground 30 conciergectl "$@" --json </dev/null 2>&1) ||
        fail "conciergectl $* --json" "$(words 'une réponse' 'an answer')" "$reply"
    # The function `event` names a history line's event in one word: the action, or KIND:NAME such as timer:remind.
    jq -r 'def event: .event | if .kind == "action" then .name else [.kind, .name // empty] | join(":") end;'"$filter" \
        <<<"$reply" || fail "jq $filter" "$(words 'une valeur' 'a value')" "$reply"
}

# last_run TASK: the id of the newest run of a task.
last_run() {
    ask '.runs[0].id' runs --task "$1" --limit 1
}

# opened_id: prints the id in the answer to `requests open`.
opened_id() {
    grep -m 1 -oE '^  [0-9A-Z]{5}-[0-9A-Z]{5}$' <<<"$answer" | tr -d ' ' ||
        fail 'requests open' "$(words 'un identifiant' 'an id')" "$answer"
}

milliseconds() { date +%s%3N; }

# watch SECONDS SERVICE AFTER REQUEST EVENT: shows `requests watch` until it has printed the request's event and all
# lines of the request after AFTER. It fails after SECONDS seconds.
watch() {
    local end service=$2 after=$3 request=$4 event=$5 line lines seen=0 expected=''
    end=$(($(milliseconds) + $1 * 1000))
    local -a command=(conciergectl requests watch --service "$service" --after "$after")
    prompt "${command[@]}"
    exec {lines}< <(exec timeout --foreground "$1" "${command[@]}" 2>&1)
    helpers+=("$!")
    while [[ -z $expected ]] || ((seen < expected)); do
        if is_past "$end" || ! IFS= read -r -t "$1" -u "$lines" line; then
            fail "$event" "$(words "en $1 s" "within $1 s")" \
                "${line:-} [$(ask '[.history[] | event] | join(", ")' requests show "$request")]"
        fi
        printf '%s\n' "$line"
        [[ $line != *"$request"* ]] || seen=$((seen + 1))
        [[ -n $expected ]] || expected=$(ask ".history | if any(.[]; .seq > $after and event == \"$event\")
            then map(select(.seq > $after)) | length else \"\" end" requests show "$request")
    done
    finish_helpers
    exec {lines}<&-
    steps=$((steps + 1))
}

# until_true SECONDS COMMAND…: repeats a command until it succeeds. It returns 1 if the time has passed.
until_true() {
    local end
    end=$(($(milliseconds) + $1 * 1000))
    shift
    until "$@"; do
        (($(milliseconds) < end)) || return 1
        sleep 0.05
    done
}

has_child() { pgrep -P "$1" >/dev/null; }
is_gone() { ! kill -0 "$1" 2>/dev/null; }
is_past() { (($(milliseconds) >= $1)); }
answers_or_died() { is_gone "$daemon" || timeout --foreground 5 conciergectl status >/dev/null 2>&1 </dev/null; }

# start [STATE [SHIFT]]: starts the daemon in the demo's folder with a state directory, its clock shifted by so much, and
# returns when the daemon answers.
start() {
    local state=${1:-state} shift=${2:-}
    local -a command=(concierged --config lodge.yaml --state-dir "$state" --socket org.concierged)
    [[ -z $shift ]] || command=(faketime -f "$shift" "${command[@]}")
    prompt_line "${command[*]} &"
    "${command[@]}" >>"$backstage/log" 2>&1 </dev/null &
    daemon=$!
    # faketime(1) waits for the daemon, which is its child and is to be ended in its place.
    if [[ -n $shift ]]; then
        until_true 5 has_child "$daemon" || fail "${command[*]}" "$(words 'un processus' 'a process')" "$(words 'aucun' 'none')"
        daemon=$(pgrep -P "$daemon")
    fi
    until_true 20 answers_or_died ||
        fail 'concierged' "$(words 'une réponse en 20 s' 'an answer within 20 s')" "$(words 'aucune' 'none')"
    is_gone "$daemon" || return 0
    local status=0
    wait "$daemon" 2>/dev/null || status=$?
    daemon=''
    fail 'concierged' "$(words 'en marche' 'running')" "$(words 'état de sortie' 'exit status') $status"
}

# stop: ends the daemon in order.
stop() {
    prompt_line "kill -TERM $daemon"
    kill -TERM "$daemon"
    await_end 25
}

# await_end SECONDS: waits for the daemon's end. It leaves the exit status in $ended, or nothing if the daemon runs on.
await_end() {
    ended=''
    until_true "$1" is_gone "$daemon" || return 0
    ended=0
    wait "$daemon" 2>/dev/null || ended=$?
    daemon=''
}

# kill_daemon: kills the daemon with SIGKILL.
kill_daemon() {
    prompt_line "kill -KILL $daemon"
    kill -KILL "$daemon"
    ended=0
    # The braces redirect the shell's own message about the killed job.
    { wait "$daemon" || ended=$?; } 2>/dev/null
    daemon=''
}

# await_helpers SECONDS: waits until the other processes have ended by themselves, and fails if one has not.
await_helpers() {
    local process
    for process in "${helpers[@]}"; do
        until_true "$1" is_gone "$process" ||
            fail "$last" "$(words "la fin en $1 s" "the end within $1 s")" "$(words 'pas de fin' 'none')"
    done
    helpers=()
}

# finish_helpers: ends the other processes that still run.
finish_helpers() {
    local process
    for process in ${helpers[@]+"${helpers[@]}"}; do
        kill -TERM "$process" 2>/dev/null || continue
        until_true 5 is_gone "$process" || kill -KILL "$process" 2>/dev/null || true
    done
    helpers=()
}

# leave: cleans up. It runs last, however the demo ends.
leave() {
    local status=$?
    trap - EXIT
    trap '' INT TERM HUP PIPE
    set +e
    if ((status != 0)); then
        {
            if ((status < 128)) && [[ ! -e $backstage/explained ]]; then
                printf '\n%s %s: $ %s\n' "$(words "La démo s'est interrompue après la vérification" \
                    'The demo broke off after check')" "$steps" "$last"
            fi
            if ((status < 128)) && [[ -s $backstage/log ]]; then
                printf '\n%s\n' "$(words 'Le journal du démon :' "The daemon's log:")"
                cat "$backstage/log"
            fi
        } >&2
    fi
    {
        finish_helpers
        if [[ -n $daemon ]]; then
            kill -TERM "$daemon"
            await_end 25
            [[ -z $daemon ]] || { kill -KILL "$daemon" && wait "$daemon"; }
        fi
    } 2>/dev/null
    cd /
    if [[ ${KEEP:-0} == 1 ]]; then
        printf '%s %s\n' "$(words 'Le dossier reste là :' 'The folder is kept:')" "$folder" >&2
    else
        rm -rf -- "$folder"
    fi
    exit "$status"
}
