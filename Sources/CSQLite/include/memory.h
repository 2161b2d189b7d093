#pragma once

// Functions for Swift, which cannot call a variadic function, or one that its module of the C library leaves out.

/// Turns off SQLite's accounting of memory, which takes a process-wide lock for each allocation. Must be called before
/// any other function of SQLite; a later call has no effect.
void sqlite_without_memory_account(void);

/// Returns free memory that lies between memory in use to the system, in whole pages (malloc_trim(3)).
void return_free_memory(void);
