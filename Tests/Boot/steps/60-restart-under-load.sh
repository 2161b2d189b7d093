# Restarts and an upgrade while people work: every call ends well, and what was acknowledged is there afterwards.
install_packages
mkdir /tmp/calls
caller() { # NUMBER: opens requests and lists them until /tmp/calls/stop is there
    local count=0
    until [[ -e /tmp/calls/stop ]]; do
        count=$((count + 1))
        if open_parcel "COLIS-$1-$count" >/tmp/calls/said.$1 2>&1; then
            echo "COLIS-$1-$count" >>/tmp/calls/opened.$1
        else
            { echo "open $?:"; cat /tmp/calls/said.$1; } >>/tmp/calls/failed
        fi
        staff conciergectl list --open --limit 3 >/tmp/calls/said.$1 2>&1 ||
            { echo "list $?:"; cat /tmp/calls/said.$1; } >>/tmp/calls/failed
    done
}
for number in 1 2 3 4; do caller $number & done
sleep 1
for _ in $(seq 8); do
    expect 'a restart is well' systemctl restart concierged.service
    sleep 0.5
done
expect 'an upgrade is well' dpkg -i $packages/concierge_*.deb
sleep 1
touch /tmp/calls/stop
wait
cat /tmp/calls/failed 2>/dev/null || true
expect 'no call failed' test ! -e /tmp/calls/failed
opened=$(cat /tmp/calls/opened.* | wc -l)
expect "people worked meanwhile ($opened requests)" test "$opened" -gt 40
expect 'all that was acknowledged is there, once' test "$(open_requests)" = "$opened"
