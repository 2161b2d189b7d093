# Killed over and over: it always comes back, and nothing that was acknowledged is lost.
install_packages
for round in $(seq 15); do
    expect 'a request is opened' open_parcel "COLIS-$round"
    systemctl kill -s KILL concierged.service
    within 20 'a call is answered again' staff conciergectl status
done | sort | uniq -c
expect 'each is there, once' test "$(open_requests)" = 15
expect 'the socket lives' systemctl is-active concierged.socket
expect 'the service runs' systemctl is-active concierged.service
