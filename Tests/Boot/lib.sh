# What each step begins with: Tests/Boot/run puts it before the step's own lines.
# shellcheck shell=bash disable=SC2034
set -euo pipefail
export LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive
packages=/packages
state=/var/lib/concierge
dropins=/etc/concierge/concierged.d

# Ends the step with what was expected.
fail() {
    printf 'FAILED: %s\n' "$*"
    exit 1
}

# expect WORDS COMMAND…: the command succeeds.
expect() {
    local words=$1
    shift
    if "$@" >/tmp/said 2>&1; then
        printf 'ok: %s\n' "$words"
    else
        cat /tmp/said
        fail "$words ($*)"
    fi
}

# expect_status WORDS STATUS COMMAND…: the command ends with the status; what it says is in /tmp/said.
expect_status() {
    local words=$1 status=$2 was=0
    shift 2
    "$@" >/tmp/said 2>&1 || was=$?
    ((was == status)) || {
        cat /tmp/said
        fail "$words: $was, not $status ($*)"
    }
    printf 'ok: %s\n' "$words"
}

# said WORDS TEXT: the last command said the text.
said() {
    grep -qF -- "$2" /tmp/said || {
        cat /tmp/said
        fail "$1: \"$2\""
    }
    printf 'ok: %s\n' "$1"
}

# within SECONDS WORDS COMMAND…: the command succeeds by then.
within() {
    local seconds=$1 words=$2
    shift 2
    local until=$((SECONDS + seconds))
    until "$@" >/tmp/said 2>&1; do
        ((SECONDS < until)) || {
            cat /tmp/said
            fail "$words, within $seconds s ($*)"
        }
        sleep 0.1
    done
    printf 'ok: %s\n' "$words"
}

journal_has() { journalctl --sync && journalctl -u concierged.service --no-pager | grep -qF -- "$1"; }
lacks() { ! "$@"; }

install_packages() {
    expect 'the packages are installed' dpkg -i $packages/concierge_*.deb $packages/concierge-mail_*.deb
    within 20 'the daemon is active' systemctl is-active concierged.service
    useradd -m -G concierge-staff gardienne
    useradd -m passer-by
}

# As a person of the staff, and as somebody who is not.
staff() { runuser -u gardienne -- "$@"; }
stranger() { runuser -u passer-by -- "$@"; }

open_parcel() { staff conciergectl open parcel --resident apt-12 tracking="$1" reason=illisible; }

# How many requests are open.
open_requests() {
    staff conciergectl list --open --count --json | tr -d ' \n' | grep -o '"count":[0-9]*' | head -n 1 | cut -d: -f2
}
