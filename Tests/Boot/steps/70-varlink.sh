# systemd's own Varlink client, where there is one (Debian 13): it knows the service, and calls it.
install_packages
if ! command -v varlinkctl >/dev/null; then
    echo 'ok: no varlinkctl on this Debian'
    exit 0
fi
socket=/run/concierge/org.concierged
expect 'varlinkctl info' staff varlinkctl info $socket
said 'it names the product' concierged
for interface in Requests Tasks Manager Commitments Residents Places Offers Notices Dossiers Work; do
    staff varlinkctl introspect $socket org.concierged.$interface >/tmp/idl || fail "introspect $interface"
    expect "the definition of $interface is valid" varlinkctl validate-idl /tmp/idl
done
expect 'a request is opened' open_parcel COLIS-1
expect 'a call is answered' staff varlinkctl call -j $socket org.concierged.Requests.List '{}'
said 'with the request' COLIS
staff timeout 3 varlinkctl call --more -j $socket org.concierged.Requests.Watch '{"after":0}' >/tmp/said 2>&1 || true
said 'a stream comes' '"kind":"open"'
expect_status 'a wrong parameter is an error' 1 staff varlinkctl call $socket org.concierged.Requests.List '{"nonsense":1}'
said 'that names it' InvalidParameter
