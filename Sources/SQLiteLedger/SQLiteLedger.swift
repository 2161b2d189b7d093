import CSQLite
package import ConciergeEngine
package import ConciergeKit
import Glibc
import Synchronization

/// The ledger of one office on one machine: an SQLite database in the state directory.
///
/// It is in WAL mode, so that readers never wait for the writer (sqlite.org/wal.html); when a commit is on disk is said
/// by ``LogFile``. Opening it takes a lock on the state
/// directory, which the system gives back when the process ends, however it ends.
package final class SQLiteLedger: Ledger {
    /// The one connection that writes.
    let writer: SharedConnection
    let readers: SQLiteReaders
    let writeBack: WriteBack
    let log: LogFile
    let files: LedgerFiles
    private let lock: StateDirectoryLock
    /// Where the next request that is opened is put. One that is rolled back leaves it a little fuller.
    private let block = Mutex(RequestBlock())
    /// What was found of it that contradicts itself. Nothing is written any more then: that could only make it worse.
    private let damage = Mutex<LedgerError?>(nil)
    private let told: @Sendable (LedgerEvent) -> Void
    /// The database file.
    package let path: String
    /// Whether opening it made it.
    package let isNew: Bool

    /// Opens the ledger of a state directory, made new where there is none, brought up to date where it is older.
    ///
    /// - Parameters:
    ///   - create: Whether one may be made.
    ///   - told: Is told of what operations should know of it, on any thread.
    package init(
        stateDirectory: String, create: Bool = true, told: @escaping @Sendable (LedgerEvent) -> Void = { _ in }
    ) throws(LedgerError) {
        sqlite_without_memory_account()
        self.told = told
        path = Self.path(in: stateDirectory)
        if !create { try Self.requireThere(path) }
        lock = try StateDirectoryLock(stateDirectory)
        log = LogFile(database: path)
        do {
            try LedgerFile.requireRegular(path)
            try LedgerFile.requireNothingLeft(of: path)
            try LedgerFile.requireOwnLog(path, lives: lock.lives)
            try Schema.check(path: path)
            isNew = access(path, F_OK) != 0
            writer = try Self.connect(to: path)
            try writer.use { try Schema.apply(to: $0) }
            try Self.beginLife(writer, lock)
            let files = LedgerFiles(path)
            self.files = files
            readers = try SQLiteReaders(path: path, files: files)
            // What a process left that was killed is in the log, and perhaps not on the disk yet.
            log.beginCommit()
            log.noteCommit()
            try log.flush()
            writeBack = WriteBack(path: path, holder: { files.holder(of: .reading) }, told: told)
            writer.use { writeBack.begin(for: $0) }
        } catch let error as SQLiteError where error.code == SQLITE_NOTADB {
            throw .foreign(path: path)
        } catch let error as SQLiteError where ![SQLITE_CORRUPT, SQLITE_BUSY].contains(error.code) {
            throw .cannotOpen(path: path, reason: error.message)
        } catch {
            throw LedgerError(error, of: path)
        }
    }

    private static func connect(to path: String) throws -> SharedConnection {
        let writer = try SharedConnection(path, .creating, patience: patience)
        try writer.use { database in
            // SQLite opens a file that it may not write to read, and says so only when something is written.
            if sqlite3_db_readonly(database.pointer, "main") == 1 {
                throw LedgerError.cannotOpen(path: path, reason: "it may not be written")
            }
            // What goes to the log is whole pages. Most trees grow at their ends, where larger pages mean fewer writes;
            // the few that are ordered by keys want small ones. It holds for a new file; an old one keeps its size.
            try database.execute(script: "PRAGMA page_size = 4096")
            // Space that is not used any more can be given back bit by bit. Only a new file can be told so.
            if try database.value("PRAGMA page_count") == 0 {
                try database.execute(script: "PRAGMA auto_vacuum = INCREMENTAL")
            }
            let mode: String? = try database.value("PRAGMA journal_mode = WAL")
            guard mode == "wal" else { throw LedgerError.cannotOpen(path: path, reason: "it takes no write-ahead log") }
            // SQLite says at the end of each commit that it wants the log synced; ``LogFile`` sees to that.
            try database.execute(script: "PRAGMA synchronous = FULL; PRAGMA checkpoint_fullfsync = ON")
            try database.openLog()
            try database.batchLog()
            // What was deleted is overwritten, so that it is in no copy of the file.
            try database.execute(script: "PRAGMA secure_delete = ON")
            // The pages that a busy hour touches stay in memory, at most 8 MiB of them.
            try database.execute(script: "PRAGMA cache_size = -8192")
            // A log that a reader kept from being written back is cut to what it usually has, once it is begun anew.
            try database.execute(script: "PRAGMA journal_size_limit = \(WriteBack.usualSize)")
        }
        return writer
    }

    /// So long another program that has it locked for a moment is waited for.
    static let patience = 1.0

    private static func requireThere(_ path: String) throws(LedgerError) {
        guard access(path, F_OK) != 0, errno == ENOENT || errno == ENOTDIR else { return }
        // Where something of one is left, that is the better reason.
        try LedgerFile.requireNothingLeft(of: path)
        throw .missing(path: path)
    }

    /// Gives the ledger a number of its own in the header of its file, and has the whole log in the file, so that the
    /// log that is begun now is known to be of this file (``LedgerFile/requireOwnLog(_:lives:)``). A crash at any moment
    /// leaves a number that is noted.
    private static func beginLife(_ writer: SharedConnection, _ lock: StateDirectoryLock) throws {
        try writer.use { database in
            let before = UInt32(truncatingIfNeeded: try database.value("PRAGMA user_version") ?? 0)
            let life = UInt32.random(in: 1...UInt32(Int32.max))
            // What an earlier one had noted holds for as long as its number may be in the file.
            try lock.note(lives: lock.lives.union([before, life]), durably: true)
            try database.execute(script: "PRAGMA user_version = \(life)")
            // A reader of another program may keep it from that; then both numbers hold.
            if (try? database.writeBack(.truncating)) != nil { try lock.note(lives: [life], durably: false) }
        }
    }

    package nonisolated(nonsending) func commit<Decided: Sendable>(
        _ decide: (any Facts) throws -> (changes: Changes, decided: Decided)
    ) async throws(LedgerError) -> Committed<Decided> {
        try write { database in
            let (changes, decided) = try decide(SQLiteFacts(database: database))
            let entries = try block.withLock { try database.apply(changes, &$0) }
            return Committed(decided: decided, entries: entries)
        }
    }

    package nonisolated(nonsending) func flush() async throws(LedgerError) {
        try log.flush()
        // Afterwards, so that what is acknowledged was in a file that has its name.
        try files.requireUnchanged()
    }

    package nonisolated(nonsending) func condition() async throws(LedgerError) -> LedgerCondition {
        try files.requireUnchanged()
        if let damage = damage.withLock(\.self) { throw damage }
        return LedgerCondition(heldLog: writeBack.held)
    }

    package nonisolated(nonsending) func counts() async throws(LedgerError) -> LedgerCounts {
        try await read(.long) { database in
            func count(_ what: String) throws -> Int { try database.value("SELECT count(*) FROM \(what)") ?? 0 }
            return LedgerCounts(
                openRequests: try count("requests WHERE is_open = 1"), pendingTimers: try count("timers"),
                queuedRuns: try count("runs WHERE state = 'queued'"),
                runningRuns: try count("runs WHERE state = 'running'"),
                failedRuns: try count("runs WHERE state = 'failed'"),
                quarantinedRequests: try count("quarantines WHERE request IS NOT NULL"),
                quarantinedRuns: try count("quarantines WHERE run IS NOT NULL"))
        }
    }

    package nonisolated(nonsending)
        func unattended(besides services: Set<ServiceID>, _ tasks: Set<TaskID>) async throws(LedgerError) -> Unattended
    {
        try await read(.long) { database in
            Unattended(
                openRequests: try database.openRequests(besides: services),
                queuedRuns: try database.queuedRuns(besides: tasks))
        }
    }

    package nonisolated(nonsending) func releaseMemory() async {
        try? onWriter { $0.releaseMemory() }
        readers.releaseMemory()
        // What was given back lies between what is kept: the system gets the whole pages of it.
        return_free_memory()
    }

    package nonisolated(nonsending) func close() async {
        log.close()
        try? onWriter { writeBack.close($0) }
        // The last one that closes is the one that writes: it writes the log back.
        readers.close()
        writer.use { $0.close() }
        files.close()
        lock.release()
    }

    /// Runs a transaction that is on disk when this returns.
    func writeThrough<Result: Sendable>(_ body: (SQLiteConnection) throws -> Result) throws(LedgerError) -> Result {
        let result = try write(body)
        try log.flush()
        try files.requireUnchanged()
        return result
    }

    /// Runs a transaction on the one writing connection.
    func write<Result: Sendable>(_ body: (SQLiteConnection) throws -> Result) throws(LedgerError) -> Result {
        try write { database in (try body(database), .commit) }
    }

    /// Runs a transaction on the one writing connection, which is rolled back where the body says so.
    func write<Result: Sendable>(
        _ body: (SQLiteConnection) throws -> (Result, SQLiteConnection.Completion)
    ) throws(LedgerError) -> Result {
        try onWriter { database in
            var hasBegun = false
            do {
                let result = try database.completing(.immediate) {
                    let (result, completion) = try body(database)
                    hasBegun = completion == .commit
                    if hasBegun { log.beginCommit() }
                    return (result, completion)
                }
                if hasBegun { log.noteCommit() }
                return result
            } catch {
                if hasBegun { log.abandonCommit() }
                throw error
            }
        }
    }

    /// Uses the one writing connection outside a transaction.
    func onWriter<Result: Sendable>(_ body: (SQLiteConnection) throws -> Result) throws(LedgerError) -> Result {
        if let damage = damage.withLock(\.self) { throw damage }
        do {
            return try writer.use(body)
        } catch let error as SQLiteError where error.code == SQLITE_IOERR {
            throw Self.diagnosis(of: path) ?? LedgerError(error, of: path)
        } catch let error as SQLiteError where error.code == SQLITE_BUSY {
            throw LedgerError.locked(by: files.holder(of: .writing))
        } catch {
            throw failure(error)
        }
    }

    /// Reads what is committed, and returns once that is on disk.
    nonisolated(nonsending)
        func read<Result: Sendable>(
            _ length: SQLiteReaders.Length = .quick, _ body: (SQLiteConnection) throws -> Result
        ) async throws(LedgerError) -> Result
    {
        let result: Result
        do { result = try readers.read(length, body) } catch { throw failure(error) }
        guard await log.settle() else { throw .unavailable(reason: "what was read is not on disk") }
        return result
    }

    private func failure(_ error: any Error) -> LedgerError {
        let error = LedgerError(error, of: path)
        guard case .damaged = error else { return error }
        let isFirst = damage.withLock { damage -> Bool in
            guard damage == nil else { return false }
            damage = error
            return true
        }
        if isFirst { told(.damaged(error)) }
        return error
    }

    static func path(in stateDirectory: String) -> String { stateDirectory + "/ledger.sqlite" }
}
