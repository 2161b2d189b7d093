#pragma once

#include <sqlite3.h>

/// Makes a connection distrust the schema of its file: no trigger fires, no view is read, the schema calls no function
/// with side effects, and SQL cannot write directly to the schema or to the file's pages (sqlite.org/security.html).
/// Returns an SQLite error code.
///
/// This is C because sqlite3_db_config() is variadic.
int sqlite_harden(sqlite3 *connection);
