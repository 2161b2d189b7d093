# A configuration that is refused, and callers: they read why, the socket lives, and a mended one serves at the next call.
install_packages
printf 'lodge:\n  time_zone: Europe/Pariss\n' >$dropins/50-local.yaml
expect_status 'the daemon does not start' 1 systemctl restart concierged.service
for _ in $(seq 60); do
    expect_status 'a call is refused' 69 staff conciergectl status
    said 'the caller reads what is wrong' 'Europe/Pariss'
    sleep 0.02
done | uniq -c
expect 'the socket lives' systemctl is-active concierged.socket
# Many at once, none of whom waits for a call that goes well.
for _ in $(seq 40); do staff conciergectl status >/dev/null 2>&1 & done
wait
expect 'the socket lives' systemctl is-active concierged.socket
rm $dropins/50-local.yaml
within 10 'the next call is answered' staff conciergectl status
expect 'the service runs' systemctl is-active concierged.service
