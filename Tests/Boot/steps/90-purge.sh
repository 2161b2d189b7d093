# Removed, its state stays; purged, nothing does.
install_packages
expect 'a request is opened' open_parcel COLIS-1
expect 'the packages are removed' dpkg -r concierge-mail concierge
expect 'the state stays' test -e $state/ledger.sqlite
expect 'the daemon is gone' lacks pidof concierged
expect 'the socket is gone' test ! -e /run/concierge/org.concierged
expect 'the packages are installed again' dpkg -i $packages/concierge_*.deb
within 20 'the request is there' staff conciergectl find COLIS-1
said 'it is shown' 'apt-12'
expect 'the packages are purged' dpkg -P concierge-mail concierge
left=$(find / -xdev \( -iname '*concierge*' \) -not -path '/proc/*' -not -path '/sys/*' -not -path '/results/*' \
    -not -path '/packages*' -not -path '/var/log/journal/*' -not -path '/var/lib/dpkg/*' 2>/dev/null || true)
expect "nothing is left: $left" test -z "$left"
