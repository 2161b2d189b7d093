package import ConciergeEngine
package import ConciergeKit
import GRDB

/// The ledger of one office on one machine: an SQLite database in the state directory.
///
/// It is in WAL mode with `synchronous=FULL`: a commit returns after its one fsync, and readers never wait for the
/// writer (sqlite.org/wal.html, sqlite.org/pragma.html#pragma_synchronous). Opening it takes a lock on the state
/// directory, which the system gives back when the process ends, however it ends.
package final class SQLiteLedger: Ledger {
    let pool: DatabasePool
    private let lock: StateDirectoryLock
    /// The database file.
    package let path: String

    /// Opens the ledger of a state directory, made new where there is none, brought up to date where it is older.
    package init(stateDirectory: String) throws(LedgerError) {
        path = stateDirectory + "/ledger.sqlite"
        lock = try StateDirectoryLock(stateDirectory)
        var configuration = Configuration()
        configuration.label = "ledger"
        configuration.maximumReaderCount = 2
        configuration.persistentReadOnlyConnections = true
        // A request changes a few small rows in trees ordered by random ids and keys: what goes to the log is whole
        // pages, so small pages write less. It holds for a new file; an old one keeps its size.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA page_size = 2048") }
        do {
            try Migrations.check(path: path)
            pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { database in
                // GRDB chooses NORMAL for WAL, under which a commit may be lost with the power.
                try database.execute(sql: "PRAGMA synchronous = FULL")
                // The pages that a busy hour touches stay in memory, at most 8 MiB of them; the log is written back
                // in portions of 40 MiB, because a page that many requests changed is then written back once.
                try database.execute(sql: "PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 20000")
            }
            try Migrations.apply(to: pool)
        } catch let error as LedgerError {
            throw error
        } catch {
            throw .cannotOpen(path: path, reason: Self.reason(of: error))
        }
    }

    package nonisolated(nonsending)
        func commit(_ decide: (any Facts) throws -> Engine.Decision) async throws(LedgerError) -> Committed
    {
        try write { database in
            let decision = try decide(SQLiteFacts(database: database))
            return Committed(decision: decision, entries: try database.apply(decision.changes))
        }
    }

    package nonisolated(nonsending) func attend(to services: Set<String>) async throws(LedgerError) {
        try write { database in
            let list = databaseQuestionMarks(count: services.count)
            try database.execute(
                sql: """
                    UPDATE timers SET attended = 1 - attended WHERE attended <> (service IN (\(list)))
                    """,
                arguments: StatementArguments(services.sorted()))
        }
    }

    package nonisolated(nonsending) func takeUpInterruptedRuns(at now: Instant) async throws(LedgerError) -> Int {
        try write { database in
            try database.execute(
                sql: "UPDATE runs SET state = 'queued', due = ? WHERE state = 'running'",
                arguments: [now.milliseconds])
            return database.changesCount
        }
    }

    package nonisolated(nonsending) func save(_ marks: [ScheduleMark]) async throws(LedgerError) {
        try write { database in
            for mark in marks { try database.save(mark) }
        }
    }

    package nonisolated(nonsending) func close() async {
        // Closing fails only while a statement is under way in another thread; then the process's end closes it.
        try? pool.close()
        lock.release()
    }

    /// Runs a transaction on the one writing connection.
    private func write<Result>(_ body: (Database) throws -> Result) throws(LedgerError) -> Result {
        do {
            return try pool.writeWithoutTransaction { database in
                var result: Result?
                try database.inTransaction(.immediate) {
                    result = try body(database)
                    return .commit
                }
                guard let result else { throw LedgerError.unavailable(reason: "the transaction did not run") }
                return result
            }
        } catch let error as LedgerError {
            throw error
        } catch {
            throw .unavailable(reason: Self.reason(of: error))
        }
    }

    /// Reads what is committed.
    func read<Result>(_ body: (Database) throws -> Result) throws(LedgerError) -> Result {
        do {
            return try pool.read(body)
        } catch {
            throw .unavailable(reason: Self.reason(of: error))
        }
    }

    private static func reason(of error: any Error) -> String {
        guard let error = error as? DatabaseError else { return "\(error)" }
        return error.message ?? "\(error.resultCode)"
    }
}
