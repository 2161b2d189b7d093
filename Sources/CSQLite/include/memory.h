#pragma once

// What Swift cannot call: a function with arguments of any number and kind, and one that its module of the C library
// leaves out.

/// Has SQLite not keep account of the memory that it uses, which takes a lock of the process for each piece. To be
/// called before anything else of SQLite is; after that it is refused and changes nothing.
void sqlite_without_memory_account(void);

/// Gives the system back what was freed and lies between what is still used, by whole pages (malloc_trim(3)).
void return_free_memory(void);
