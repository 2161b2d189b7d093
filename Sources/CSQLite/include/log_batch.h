#pragma once

// Makes an SQLite connection write its write-ahead log in batches: a commit writes its pages with one system call for
// each 96 KiB, where SQLite uses two for each page.
//
// This is C because it replaces functions of SQLite (sqlite.org/c3ref/io_methods.html).

#include <sqlite3.h>

/// Begins batching for the log of the connection's main database, which must be in WAL mode, until the connection is
/// closed. Returns an SQLite error code; if it fails, the connection is unchanged.
///
/// A commit writes its pages when SQLite syncs the log at its end (`synchronous=FULL`); a write error then fails the
/// commit. That sync does not wait for the disk: the caller must do so before it reports the commit to anybody. The
/// syncs of a checkpoint do wait; `checkpoint_fullfsync=ON` distinguishes them.
int log_batch_begin(sqlite3 *connection);
