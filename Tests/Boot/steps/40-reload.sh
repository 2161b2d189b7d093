# Reload: a right file takes effect, a wrong one is refused within seconds, and the daemon goes on as it was.
install_packages
printf 'lodge: {langage: fr}\n' >$dropins/50-local.yaml
began=$SECONDS
expect_status 'a bad file is refused' 1 timeout 20 systemctl reload concierged.service
expect 'within seconds' test $((SECONDS - began)) -lt 10
expect 'the journal names the key' journal_has 'langage'
expect 'the service runs' systemctl is-active concierged.service
expect 'calls are answered' staff conciergectl status
printf 'lodge: {language: fr}\n' >$dropins/50-local.yaml
expect 'a right file is taken' timeout 20 systemctl reload concierged.service
for _ in $(seq 10); do timeout 20 systemctl reload concierged.service & done
wait
expect 'ten reloads at once are well' systemctl is-active concierged.service
expect 'calls are answered' staff conciergectl status
