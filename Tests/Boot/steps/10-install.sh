# Installation: enabled, active, ready, and usable by staff alone.
install_packages
expect 'the service is enabled' systemctl is-enabled concierged.service
expect 'the socket is enabled' systemctl is-enabled concierged.socket
expect_status 'mails are not sent before they are configured' 3 systemctl is-active concierge-mail.service
expect 'the journal has when it serves' journal_has 'serves on the socket it was handed'
expect 'libdispatch does not complain' lacks journal_has 'thread priority'
expect 'status answers' staff conciergectl status
said 'all providers serve' '4 of 4 serving'
expect 'a request is opened' staff conciergectl open parcel --resident apt-12 tracking=RB123456785GB shelf=A3
expect_status 'a stranger is not let in' 77 stranger conciergectl status
expect 'the state is the daemon'"'"'s own' test "$(stat -c '%U %a' $state)" = 'concierge 700'
expect 'the configuration is root'"'"'s' test "$(stat -c '%U %a' /etc/concierge)" = 'root 755'
expect 'other services find the socket' test -S /run/varlink/registry/org.concierged
expect 'systemd-analyze verify is silent' test -z "$(systemd-analyze verify concierged.service concierged.socket concierge-mail.service 2>&1)"
expect 'exposure of the daemon' systemd-analyze security --threshold=4 concierged.service
expect 'exposure of concierge-mail' systemd-analyze security --threshold=12 concierge-mail.service
journalctl --sync
journalctl -x -u concierged.service --no-pager >/tmp/said
said 'the journal explains its lines' 'Subject: The daemon serves'
