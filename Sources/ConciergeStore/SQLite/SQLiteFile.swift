import CSQLiteSupport
import GRDB
import GRDBSQLite

/// A database file that is looked at or copied on one thread, and then closed.
///
/// The ledger's own connections are GRDB's, which keeps each on a queue of Dispatch's. Those stay for as long as the
/// daemon does; one that is given back has Dispatch's pool clean up after it, and with that a daemon that had made a
/// backup would wake up once a second from then on.
final class SQLiteFile {
    enum Use {
        case reading
        /// A database in memory, to compare others with.
        case comparing
        /// A file that is made anew, and of no use to anybody where that is not finished: it is not synced.
        case making
        /// A database that others write to; its log is written back.
        case writingBack

        fileprivate var flags: CInt {
            switch self {
            case .reading: SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
            case .writingBack: SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
            case .making, .comparing: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
            }
        }
    }

    private var connection: SQLiteConnection?

    init(_ path: String, for use: Use) throws(DatabaseError) {
        let code = sqlite3_open_v2(path, &connection, use.flags, nil)
        guard code == SQLITE_OK else {
            let error = failure(code)
            close()
            throw error
        }
        switch use {
        case .reading, .comparing: break
        case .making: try execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        case .writingBack: try execute("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0")
        }
        // Last, because it forbids to go without a journal, as a file may that is made anew.
        let hardened = sqlite_harden(connection)
        guard hardened == SQLITE_OK else { throw failure(hardened) }
    }

    deinit { close() }

    func close() {
        sqlite3_close_v2(connection)
        connection = nil
    }

    func execute(_ sql: String) throws(DatabaseError) {
        let code = sqlite3_exec(connection, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code) }
    }

    /// The first column of all rows.
    func texts(_ sql: String) throws(DatabaseError) -> [String] {
        var statement: SQLiteStatement?
        let prepared = sqlite3_prepare_v2(connection, sql, -1, &statement, nil)
        guard prepared == SQLITE_OK else { throw failure(prepared) }
        defer { sqlite3_finalize(statement) }
        var texts: [String] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: texts.append(sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "")
            case SQLITE_DONE: return texts
            case let code: throw failure(code)
            }
        }
    }

    /// The number in the first column of the first row; 0 where there is none.
    func number(_ sql: String) throws(DatabaseError) -> Int { try texts(sql).first.flatMap { Int($0) } ?? 0 }

    func hasTable(_ name: String) throws(DatabaseError) -> Bool {
        try number("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '\(name)'") > 0
    }

    /// Copies all of it (sqlite.org/backup.html), so many pages at a time. Within a transaction of this connection it
    /// is of one moment. `stepped` is told how many pages are left, and of how many; where it throws, the copy ends.
    func copy(
        to copy: SQLiteFile, pagesPerStep: CInt, _ stepped: (_ left: Int, _ all: Int) throws -> Void
    ) throws {
        try copy.take(from: connection, pagesPerStep: pagesPerStep, stepped)
    }

    /// Takes all of the database of another connection, as ``copy(to:pagesPerStep:_:)`` does.
    func take(
        from source: SQLiteConnection?, pagesPerStep: CInt, _ stepped: (_ left: Int, _ all: Int) throws -> Void
    ) throws {
        guard let backup = sqlite3_backup_init(connection, "main", source, "main") else {
            throw failure(sqlite3_errcode(connection))
        }
        defer { sqlite3_backup_finish(backup) }
        var code = SQLITE_OK
        while code == SQLITE_OK {
            code = sqlite3_backup_step(backup, pagesPerStep)
            guard code == SQLITE_OK || code == SQLITE_DONE else { throw failure(code) }
            try stepped(Int(sqlite3_backup_remaining(backup)), Int(sqlite3_backup_pagecount(backup)))
        }
    }

    /// Begins the log anew from its start and gives its room back, if nobody reads or writes at this moment; returns
    /// whether it did.
    func truncateLog() -> Bool {
        sqlite3_wal_checkpoint_v2(connection, "main", SQLITE_CHECKPOINT_TRUNCATE, nil, nil) == SQLITE_OK
    }

    /// Writes back what is in the log and no reader keeps from it, and has it on disk. Returns how many pages of the log
    /// are in the database file now, of how many.
    func writeBack() throws(DatabaseError) -> (done: Int, all: Int) {
        var (all, done): (CInt, CInt) = (0, 0)
        let code = sqlite3_wal_checkpoint_v2(connection, "main", SQLITE_CHECKPOINT_PASSIVE, &all, &done)
        guard code == SQLITE_OK else { throw failure(code) }
        // SQLite syncs the file where the whole log is in it. What is synced now is not waited for then.
        var file: UnsafeMutablePointer<sqlite3_file>?
        let found = sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file)
        guard found == SQLITE_OK, let file, let sync = file.pointee.pMethods?.pointee.xSync else {
            throw failure(found)
        }
        let synced = sync(file, SQLITE_SYNC_NORMAL)
        guard synced == SQLITE_OK else { throw failure(synced) }
        return (Int(done), Int(all))
    }

    private func failure(_ code: CInt) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code), message: connection.map { String(cString: sqlite3_errmsg($0)) })
    }
}
