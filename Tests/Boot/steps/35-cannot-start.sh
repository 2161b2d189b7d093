# Its disk is full when it starts: it tries again without end, callers are told, and once there is space it serves.
install_packages
expect 'the daemon is stopped' systemctl stop concierged.service
mount -t tmpfs -o size=32k,mode=0700,uid=concierge,gid=concierge full $state
began=$SECONDS
calls=0
until ((SECONDS - began > 20)); do
    calls=$((calls + 1))
    staff timeout 10 conciergectl status >/tmp/said 2>&1 && fail 'a daemon without space serves'
    grep -q 'does not start' /tmp/said && told=yes
    sleep 0.3
done
expect "callers were told, in $calls calls" test "${told:-no}" = yes
expect 'the socket lives' systemctl is-active concierged.socket
umount $state
within 20 'it serves by itself once there is space' staff conciergectl status
expect 'the service runs' systemctl is-active concierged.service
