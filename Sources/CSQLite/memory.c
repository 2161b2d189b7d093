#include "memory.h"

#include <malloc.h>
#include <sqlite3.h>

void sqlite_without_memory_account(void) { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

void return_free_memory(void) { malloc_trim(0); }
