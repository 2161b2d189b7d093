#pragma once

/// Has SQLite not keep account of the memory that it uses, which takes a lock of the process for each piece. To be
/// called before anything else of SQLite is; after that it is refused and changes nothing.
///
/// This is C because the function that does it takes arguments of any number and kind, which Swift does not call.
void sqlite_without_memory_account(void);
