#pragma once

#include <sqlite3.h>

/// Has a connection trust nothing that stands in its file's schema: no trigger fires, no view is read, no function with
/// side effects is called by the schema, and SQL cannot write to the schema or to the file's pages directly
/// (sqlite.org/security.html). Returns an error code of SQLite's.
///
/// This is C because sqlite3_db_config() takes arguments of any number and kind.
int sqlite_harden(sqlite3 *connection);
