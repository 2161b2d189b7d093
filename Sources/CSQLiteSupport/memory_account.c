#include "memory_account.h"

#include <sqlite3.h>

void sqlite_without_memory_account(void) { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
