import CSQLite
package import ConciergeEngine
package import ConciergeKit
import Glibc
import Synchronization

/// The ledger of one office on one machine: an SQLite database in the state directory.
///
/// The database is in WAL mode, so that readers never wait for the writer (sqlite.org/wal.html). ``LogFile`` determines
/// when a commit is on disk. Opening the ledger takes a lock on the state directory, which the system releases when the
/// process ends, however it ends.
package final class SQLiteLedger: Ledger {
    /// The only connection that writes.
    let writer: SharedConnection
    let readers: SQLiteReaders
    let writeBack: WriteBack
    let log: LogFile
    let files: LedgerFiles
    private let lock: StateDirectoryLock
    /// The block that takes the next opened request. A rolled-back transaction still counts the requests that it put
    /// in.
    private let block = Mutex(RequestBlock())
    /// The first corruption that was found. After that the ledger writes nothing, because writing could only increase
    /// the damage.
    private let damage = Mutex<LedgerError?>(nil)
    /// Whether a new edition of the directory is being written.
    let isChangingDirectory = Mutex(false)
    /// The edition of the directory.
    let edition: Mutex<Int64>
    /// Whether a resident may have a dossier. A commit with the first one sets it before anybody can read that one.
    let mayHaveDossiers: Atomic<Bool>
    private let told: @Sendable (LedgerEvent) -> Void
    /// The database file.
    package let path: String
    /// Whether opening the ledger created the database file.
    package let isNew: Bool

    /// Opens the ledger of a state directory. It creates a missing ledger and migrates an older one.
    ///
    /// - Parameters:
    ///   - create: Whether a missing ledger may be created.
    ///   - told: Receives the events that operators need to know about, on any thread.
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
            try Self.sweepDirectory(writer)
            edition = Mutex(try writer.use { try $0.directoryEdition() })
            mayHaveDossiers = Atomic(try writer.use { try $0.hasDossiers() })
            try Self.beginLife(writer, lock)
            let files = LedgerFiles(path)
            self.files = files
            readers = try SQLiteReaders(path: path, files: files)
            // The log may contain commits of a killed process that are not on disk yet.
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
            // SQLite opens a file without write permission for reading, and reports that only at the first write.
            if sqlite3_db_readonly(database.pointer, "main") == 1 {
                throw LedgerError.cannotOpen(path: path, reason: "it may not be written")
            }
            // SQLite writes whole pages to the log. Most trees grow at their ends, where larger pages mean fewer
            // writes; the few trees that are ordered by keys need small pages. This applies to a new file; an existing
            // one keeps its page size.
            try database.execute(script: "PRAGMA page_size = 4096")
            // Unused space can be released in steps. Only a new file accepts this setting.
            if try database.value("PRAGMA page_count") == 0 {
                try database.execute(script: "PRAGMA auto_vacuum = INCREMENTAL")
            }
            let mode: String? = try database.value("PRAGMA journal_mode = WAL")
            guard mode == "wal" else { throw LedgerError.cannotOpen(path: path, reason: "it takes no write-ahead log") }
            // SQLite requests a sync of the log at the end of each commit; ``LogFile`` performs it.
            try database.execute(script: "PRAGMA synchronous = FULL; PRAGMA checkpoint_fullfsync = ON")
            try database.openLog()
            try database.batchLog()
            // SQLite overwrites deleted content, so that no copy of the file contains it.
            try database.execute(script: "PRAGMA secure_delete = ON")
            // The page cache holds the pages that are used in a busy hour, at most 8 MiB.
            try database.execute(script: "PRAGMA cache_size = -8192")
            // If a reader has blocked checkpoints and the log has grown, SQLite truncates it to its usual size when it
            // restarts it.
            try database.execute(script: "PRAGMA journal_size_limit = \(WriteBack.usualSize)")
        }
        return writer
    }

    /// Deletes what a change of the directory has left that was cut off.
    private static func sweepDirectory(_ writer: SharedConnection) throws {
        try writer.use { database in
            guard try database.hasDirectoryLeftovers() else { return }
            while try database.transaction(.immediate, { try database.sweepDirectory(limit: 1000) }) {}
        }
    }

    /// How long to wait for a lock that another program holds, in seconds.
    static let patience = 1.0

    private static func requireThere(_ path: String) throws(LedgerError) {
        guard access(path, F_OK) != 0, errno == ENOENT || errno == ENOTDIR else { return }
        // If files of a ledger are left, that is the more precise error.
        try LedgerFile.requireNothingLeft(of: path)
        throw .missing(path: path)
    }

    /// Writes a new random number (a life) to the header of the file and checkpoints the whole log, so that the log
    /// that begins now is known to belong to this file (``LedgerFile/requireOwnLog(_:lives:)``). After a crash at any
    /// moment, the lock file lists the number that the header has.
    private static func beginLife(_ writer: SharedConnection, _ lock: StateDirectoryLock) throws {
        try writer.use { database in
            let before = UInt32(truncatingIfNeeded: try database.value("PRAGMA user_version") ?? 0)
            let life = UInt32.random(in: 1...UInt32(Int32.max))
            // The lives that earlier openings noted stay valid for as long as the file may have their numbers.
            try lock.note(lives: lock.lives.union([before, life]), durably: true)
            try database.execute(script: "PRAGMA user_version = \(life)")
            // A reader of another program may block the checkpoint; then all these lives stay valid.
            if (try? database.writeBack(.truncating)) != nil { try lock.note(lives: [life], durably: false) }
        }
    }

    package nonisolated(nonsending) func commit<Decided: Sendable>(
        _ decide: (any Facts) throws -> (changes: Changes, decided: Decided)
    ) async throws(LedgerError) -> Committed<Decided> {
        try write { database in
            let (changes, decided) = try decide(SQLiteFacts(database: database, hasDossiers: hasDossiers))
            if !changes.dossiers.isEmpty { mayHaveDossiers.store(true, ordering: .sequentiallyConsistent) }
            let entries = try block.withLock { try database.apply(changes, &$0) }
            return Committed(decided: decided, entries: entries)
        }
    }

    package nonisolated(nonsending) func flush() async throws(LedgerError) {
        try log.flush()
        // Checked after the flush, so that every acknowledged commit was in a file that still had its name.
        try files.requireNoChangeNoticed()
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
                queuedRuns: try database.queuedRuns(besides: tasks),
                deliveries: try database.deliveries(besides: services))
        }
    }

    package nonisolated(nonsending) func releaseMemory() async {
        try? onWriter { $0.releaseMemory() }
        readers.releaseMemory()
        // The released memory lies between memory in use: this returns its whole pages to the system.
        return_free_memory()
    }

    package nonisolated(nonsending) func close() async {
        log.close()
        try? onWriter { writeBack.close($0) }
        // The writer is the last connection that closes, so SQLite then writes the log back.
        readers.close()
        writer.use { $0.close() }
        files.close()
        lock.release()
    }

    /// Runs a transaction. Its commit is on disk when this returns.
    func writeThrough<Result: Sendable>(_ body: (SQLiteConnection) throws -> Result) throws(LedgerError) -> Result {
        let result = try write(body)
        try log.flush()
        try files.requireNoChangeNoticed()
        return result
    }

    /// Runs a transaction on the writing connection.
    func write<Result: Sendable>(_ body: (SQLiteConnection) throws -> Result) throws(LedgerError) -> Result {
        try write { database in (try body(database), .commit) }
    }

    /// Runs a transaction on the writing connection. The body decides whether it is committed or rolled back.
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

    /// Uses the writing connection outside a transaction.
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

    /// Reads committed data, and returns once every commit that it may have seen is on disk.
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
