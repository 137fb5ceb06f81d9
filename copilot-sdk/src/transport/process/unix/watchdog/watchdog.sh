# Ends what a program has started once that program is gone: reads from it, line by line, what to
# watch (an instance id, then the process group that carries it) and what to forget.
trap '' HUP INT QUIT TERM TSTP PIPE
cd /proc 2>/dev/null || cd /

watched=
while read -r word id group; do
    kept=
    for entry in $watched; do
        case $entry in
        "$id":*) ;;
        *) kept="$kept $entry" ;;
        esac
    done
    watched=$kept
    [ "$word" = watch ] && watched="$watched $id:$group"
done
[ -n "$watched" ] || exit 0

# A tenth of a second, or a second where sleep takes whole ones only.
nap() { sleep 0.1 2>/dev/null || sleep 1; }

# Sends a signal to every group; fails when there is none left. Every shell has this form of kill.
signal_groups() {
    left=1
    for entry in $watched; do
        group=${entry#*:}
        [ -n "$group" ] && kill "-$1" "-$group" 2>/dev/null && left=0
    done
    return $left
}

# Waits until no group is left, this many naps at most.
wait_for_groups() {
    naps=$1
    while [ "$naps" -gt 0 ] && signal_groups 0; do
        naps=$((naps - 1))
        nap
    done
}

# The processes that carry an instance id in their environment, where /proc shows that.
carriers() {
    for entry in $watched; do
        for file in $(grep -lsxzF "COPILOT_SDK_INSTANCE=${entry%%:*}" [0-9]*/environ); do
            echo "${file%%/*}"
        done
    done
}

# The end of its stdin has asked the CLI to go already.
wait_for_groups 2
signal_groups TERM && signal_groups CONT
wait_for_groups 20
signal_groups KILL

# Only two looks in a row that find nothing count: one can miss a process that is being forked.
signal=TERM clean=0 looks=0
while [ $clean -lt 2 ] && [ $looks -lt 20 ]; do
    found=$(carriers)
    looks=$((looks + 1)) clean=$((clean + 1))
    if [ -n "$found" ]; then
        clean=0
        kill -$signal $found 2>/dev/null
        signal=KILL
        nap
    fi
    nap
done
