#pragma once

// Without this, <systemd/sd-journal.h> wraps its functions in macros that add the place of the call in C.
#define SD_JOURNAL_SUPPRESS_LOCATION

#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>
