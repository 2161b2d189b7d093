#pragma once

// Lets a connection of SQLite write its write-ahead log in batches: what a commit writes is handed to the system with
// one call, where SQLite makes two for each page.
//
// This is C because it puts functions of its own in the place of SQLite's (sqlite.org/c3ref/io_methods.html).

#include <sqlite3.h>

/// Begins with it, for the log of the connection's main database, which must be in WAL mode, until the connection is
/// closed. Returns an error code of SQLite's; where it fails, the connection is as it was.
///
/// What a commit writes is handed on when SQLite syncs the log at the end of it (`synchronous=FULL`); an error comes
/// then and fails the commit. That sync does not wait for the disk: the caller does, before anybody is told of the
/// commit. The syncs of a checkpoint are real ones, and are known by `checkpoint_fullfsync=ON`.
int log_batch_begin(sqlite3 *connection);
