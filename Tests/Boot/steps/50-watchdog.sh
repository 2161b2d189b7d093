# A daemon that hangs is restarted.
install_packages
mkdir -p /etc/systemd/system/concierged.service.d
printf '[Service]\nWatchdogSec=2\n' >/etc/systemd/system/concierged.service.d/watchdog.conf
systemctl daemon-reload
expect 'restarted with a short watchdog' systemctl restart concierged.service
sleep 5
first=$(systemctl show -p MainPID --value concierged.service)
expect 'the watchdog does not bite an idle daemon' test "$(systemctl show -p NRestarts --value concierged.service)" = 0
kill -STOP "$first"
another() { [[ $(systemctl show -p MainPID --value concierged.service) != "$first" ]] && staff conciergectl status; }
within 20 'a daemon that stands still is replaced' another
expect 'systemd says why' journal_has 'watchdog'
