import CSQLite
package import ConciergeEngine
package import ConciergeKit
import Glibc

/// A private copy of a ledger, from which its history is decided again.
///
/// The ledger's files are read without a lock on the state directory and without a byte written to any of them, whether
/// a daemon uses them or not. The copy is a temporary file of SQLite, which has no name: nothing is left of it when the
/// process ends, however it ends.
package final class RecordedLedger: RecordedHistory {
    private let copy: SQLiteConnection
    private let path: String

    /// Copies the ledger in a file: that of a daemon that runs or has been stopped, or a backup.
    ///
    /// An older ledger is migrated in the copy.
    package init(path: String) throws(LedgerError) {
        self.path = path
        do {
            try LedgerFile.requireRegular(path)
            copy = try Self.copied(path)
            guard try Schema.mark(of: copy) == Schema.applicationID else { throw LedgerError.foreign(path: path) }
            try Schema.checkSchema(of: copy, path)
            let complaints: [String] = try copy.column("PRAGMA quick_check(1)")
            guard complaints == ["ok"] else {
                throw LedgerError.damaged(path: path, reason: complaints.joined(separator: "; "))
            }
            try Schema.apply(to: copy)
        } catch let error as SQLiteError where error.code == SQLITE_NOTADB {
            throw .foreign(path: path)
        } catch {
            throw LedgerError(error, of: path)
        }
    }

    private static func copied(_ path: String) throws -> SQLiteConnection {
        let source = try SQLiteConnection(try address(of: path), .untouched, patience: SQLiteLedger.patience)
        defer { source.close() }
        let copy = try SQLiteConnection("", .creating)
        try copy.execute(script: "PRAGMA synchronous = OFF; PRAGMA cache_size = -32768")
        try source.transaction(.deferred) {
            // The first read of the transaction determines its snapshot.
            _ = try source.hasTable("requests")
            try source.copy(to: copy, pagesPerStep: 4096) { _, _ in }
        }
        return copy
    }

    /// The address at which SQLite opens the ledger without writing to its log or its index of the log
    /// (sqlite.org/uri.html).
    private static func address(of path: String) throws(LedgerError) -> String {
        let log = access(path + "-wal", F_OK) == 0
        let index = access(path + "-shm", F_OK) == 0
        if log, !index, let size = LedgerFile.size(path + "-wal"), size > 0 {
            throw .cannotOpen(
                path: path,
                reason: "its log \(path)-wal lies beside it without \(path)-shm; make a copy with conciergectl backup")
        }
        let allowed = Set("/-._~".utf8)
        let escaped = path.utf8.reduce(into: "") { text, byte in
            let character = Character(Unicode.Scalar(byte))
            if character.isASCII, character.isLetter || character.isNumber || allowed.contains(byte) {
                text.append(character)
            } else {
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        // Without a log nobody uses the file, and all of the ledger is in it.
        return "file:\(escaped)?mode=ro&" + (log && index ? "readonly_shm=1" : "immutable=1")
    }

    package var facts: any Facts { SQLiteFacts(database: copy) }

    package func lines(after seq: Int64, limit: Int) throws -> [NumberedEntry] {
        try reading {
            try copy.rows(HistoryTable.following, [.int(seq), .int(limit)]) { NumberedEntry(TableRow(row: $0)) }
        }
    }

    package func lastLine(of request: RequestID) throws -> Int64? {
        try reading { try copy.value(HistoryTable.lastOfRequest, [.id(request)]) }
    }

    package func firstReassignment(of request: RequestID) throws -> Entry? {
        try reading {
            try copy.row(HistoryTable.reassignment, [.id(request)]) { NumberedEntry(TableRow(row: $0)).entry }
        }
    }

    package func firstRelocation(of request: RequestID) throws -> Entry? {
        try reading {
            try copy.row(HistoryTable.relocation, [.id(request)]) { NumberedEntry(TableRow(row: $0)).entry }
        }
    }

    package func request(_ id: RequestID) throws -> RequestView? {
        try reading {
            try copy.request(id).map {
                RequestView(
                    request: $0, timers: try copy.timers(of: id), commitments: try copy.commitmentViews(of: id))
            }
        }
    }

    package func runs(of request: RequestID) throws -> [StoredRun] {
        try reading { try copy.rows(RunsTable.ofRequest, [.id(request)]) { try StoredRun(TableRow(row: $0)) } }
    }

    package func listeners() throws -> Listeners { try reading { try copy.listeners() } }

    package func settings() throws -> [RecordedSettings] { try reading { try copy.settings() } }

    /// Names the ledger in an error.
    private func reading<Result>(_ body: () throws -> Result) throws(LedgerError) -> Result {
        do { return try body() } catch { throw LedgerError(error, of: path) }
    }

    package func extent() throws -> HistoryExtent {
        let (count, first, last) =
            try copy.row("SELECT count(*), coalesce(min(seq), 1), coalesce(max(seq), 0) FROM history") { row in
                (row[0] as Int, row[1] as Int64, row[2] as Int64)
            } ?? (0, 1, 0)
        var from = first
        if last - first + 1 != Int64(count) {
            from =
                try copy.value(
                    """
                    SELECT max(seq) FROM history AS line
                    WHERE NOT EXISTS (SELECT 1 FROM history WHERE seq = line.seq - 1)
                    """) ?? first
        }
        // Runs that open requests asked for stay for longer.
        let since: Instant? = try copy.value(
            """
            SELECT min(finished_at) FROM runs WHERE state IN ('succeeded', 'cancelled')
                AND NOT EXISTS (SELECT 1 FROM requests WHERE requests.id = runs.request AND is_open = 1)
            """)
        return HistoryExtent(count: count, completeFrom: from, runsSince: since)
    }
}

/// The requests of a history that is decided again, in the tables of a ledger in memory.
package final class ScratchLedger: ReplayWorkspace {
    private let database: SQLiteConnection
    private var block = RequestBlock()

    package init() throws {
        database = try SQLiteConnection(":memory:", .creating)
        try Schema.apply(to: database)
        // One transaction for all: nothing is ever read by another connection.
        try database.execute("BEGIN")
    }

    package var facts: any Facts { SQLiteFacts(database: database) }

    package func apply(_ changes: Changes) throws {
        var kept = changes
        (kept.entries, kept.runs, kept.answers, kept.schedules) = ([], RunChanges(), [:], [:])
        (kept.followers, kept.undo) = ([:], [:])
        kept.quarantine = QuarantineChanges()
        _ = try database.apply(kept, &block)
    }

    package func forget(_ request: RequestID) throws {
        try release(request)
        try database.execute("DELETE FROM timers WHERE request = ?", [.id(request)])
        try database.execute(CausesTable.deletion, [.id(request)])
        try database.deleteCommitments(of: request)
        try database.execute("DELETE FROM requests WHERE id = ?", [.id(request)])
    }

    package func release(_ request: RequestID) throws {
        try database.execute("DELETE FROM claims WHERE request = ?", [.id(request)])
        try database.execute("DELETE FROM ranges WHERE request = ?", [.id(request)])
        try database.execute("DELETE FROM waiting WHERE request = ?", [.id(request)])
    }
}
