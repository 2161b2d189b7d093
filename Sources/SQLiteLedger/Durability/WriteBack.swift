import CSQLite
import ConciergeEngine
import Dispatch
import Synchronization

/// Writes the log back into the database file (a checkpoint: sqlite.org/wal.html) in parallel with the commits.
///
/// SQLite would do this within a commit, and every call would wait for it, some tens of milliseconds each time. Here a
/// separate connection writes back all pages that it can, again and again, while commits add to the log. Once few pages
/// are left, a commit writes them back itself, so that SQLite restarts the log from the beginning of its file. A crash
/// at any moment finds a complete log: SQLite restarts it only after all its pages are in the database file and on
/// disk.
final class WriteBack: Sendable {
    /// The number of pages in the log at which a round begins: 40 MiB, because a page that many requests have changed
    /// is written back once.
    static let beginning = 10_000
    /// The maximum number of pages that a commit writes back itself, in one or two milliseconds.
    static let rest = 512
    /// The number of pages, 400 MiB, at which a commit writes all of them back, however long that takes, because the
    /// disk does not keep up.
    static let limit = 100_000
    /// If readers of an old snapshot block a round, the number of additional pages in the log before the next round.
    private static let pause = 2_500
    /// The number of pages from which on a log whose checkpoint a reader blocks is reported as held.
    static let heldBeginning = 20_000
    /// The size, in bytes, that the log's file keeps when SQLite restarts the log.
    static let usualSize = heldBeginning * bytesPerPage
    /// The delay before the checkpoint of a held log is retried, in seconds. It doubles with each retry, up to the
    /// longest.
    private static let retry = (first: 1, longest: 30)
    /// A page of 4 KiB and its header (sqlite.org/fileformat2.html#walformat).
    private static let bytesPerPage = 4_120

    private struct State {
        /// The number of pages in the log at which the next round begins.
        var beginning = WriteBack.beginning
        var isUnderWay = false
        /// Whether few pages are left, which the next commit writes back.
        var hasRest = false
        var isClosed = false
        var held: HeldLog?
        /// The number of retries since the log is held.
        var tries = 0
    }

    private enum Step {
        case nothing, round, rest
    }

    private let path: String
    /// Returns the program other than the daemon that reads the ledger.
    private let holder: @Sendable () -> String?
    private let told: @Sendable (LedgerEvent) -> Void
    private let queue = DispatchQueue(label: "write back")
    private let state = Mutex(State())
    /// The number of pages in the log after the last commit.
    private let pages = Atomic(0)

    /// - Parameters:
    ///   - path: The database file.
    ///   - holder: Returns the program other than the daemon that reads the ledger; nil if there is none.
    ///   - told: Receives ``LedgerEvent/logHeld(_:)`` and ``LedgerEvent/logReleased(_:)``, on this object's queue.
    init(path: String, holder: @escaping @Sendable () -> String?, told: @escaping @Sendable (LedgerEvent) -> Void) {
        self.path = path
        self.holder = holder
        self.told = told
    }

    /// The log whose checkpoint a reader blocks; nil if there is none.
    var held: HeldLog? { state.withLock(\.held) }

    /// Takes over the checkpoints of this connection's commits from SQLite, until ``close(_:)``.
    func begin(for writer: SQLiteConnection) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        // This replaces SQLite's own hook, which `wal_autocheckpoint` sets.
        sqlite3_wal_hook(
            writer.pointer,
            { context, connection, _, pages in
                // This object outlives the hook, which ``close(_:)`` removes.
                if let context, let connection {
                    Unmanaged<WriteBack>.fromOpaque(context).takeUnretainedValue().committed(Int(pages), by: connection)
                }
                return SQLITE_OK
            }, context)
    }

    /// Removes the hook and waits for the current round.
    func close(_ writer: SQLiteConnection) {
        // The connection is nil if the ledger was closed before.
        if let connection = writer.pointer { sqlite3_wal_hook(connection, nil, nil) }
        state.withLock { $0.isClosed = true }
        queue.sync {}
    }

    /// Called after each commit with the number of pages in the log.
    private func committed(_ pages: Int, by writer: OpaquePointer) {
        self.pages.store(pages, ordering: .relaxed)
        let step = state.withLock { state -> Step in
            if pages < Self.beginning { state.beginning = Self.beginning }
            // A timer retries the checkpoint of a held log. A commit would have to write back a long log.
            if state.held != nil { return .nothing }
            if state.hasRest || (pages >= Self.limit && !state.isUnderWay) {
                state.hasRest = false
                state.beginning = max(Self.beginning, pages + Self.pause)
                return .rest
            }
            guard pages >= state.beginning, !state.isUnderWay else { return .nothing }
            state.isUnderWay = true
            return .round
        }
        switch step {
        case .nothing: break
        case .round: queue.async { [self] in round() }
        // If the checkpoint fails, the next round retries it; the log still contains everything.
        case .rest: sqlite3_wal_checkpoint_v2(writer, "main", SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        }
    }

    /// A connection that only writes back. It commits nothing, and so never starts a checkpoint by itself.
    private static func connection(to path: String) throws -> SQLiteConnection {
        let connection = try SQLiteConnection(path, .writing)
        try connection.execute(script: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0")
        return connection
    }

    /// Writes back until few pages are left, or until no more can be written back.
    private func round() {
        var written: (done: Int, all: Int)?
        var isWrittenBack = false
        if let file = try? Self.connection(to: path) {
            defer { file.close() }
            // SQLite syncs the file when it contains the whole log. Each sync here shortens that one.
            while !state.withLock(\.isClosed), let now = try? file.writeBack(.passive),
                (try? file.syncFile()) != nil, now.done > written?.done ?? -1
            {
                written = now
                if max(now.all, pages.load(ordering: .relaxed)) - now.done <= Self.rest { break }
            }
            isWrittenBack = written.map { $0.all - $0.done <= Self.rest } ?? false
            // The next commit may come much later, and the log's file would keep its size until then.
            if isWrittenBack, state.withLock({ $0.held != nil }) {
                isWrittenBack = (try? file.writeBack(.truncating)) != nil
            }
        }
        let size = (written?.all ?? 0) * Self.bytesPerPage
        // If no other program reads the ledger, a backup of the daemon's own blocks the checkpoint, and it ends by
        // itself.
        let holder = isWrittenBack || size < Self.usualSize ? nil : holder()
        let (event, delay) = state.withLock { state -> (LedgerEvent?, Int?) in
            state.isUnderWay = false
            if let held = state.held {
                guard !isWrittenBack else {
                    (state.held, state.tries, state.beginning) = (nil, 0, Self.beginning)
                    return (.logReleased(held), nil)
                }
                if let holder { state.held = HeldLog(size: max(size, held.size), holder: holder) }
                state.tries += 1
                return (nil, state.isClosed ? nil : min(Self.retry.longest, Self.retry.first << min(state.tries, 8)))
            }
            guard let holder else {
                state.hasRest = isWrittenBack
                if !isWrittenBack { state.beginning = pages.load(ordering: .relaxed) + Self.pause }
                return (nil, nil)
            }
            let held = HeldLog(size: size, holder: holder)
            state.held = held
            return (.logHeld(held), state.isClosed ? nil : Self.retry.first)
        }
        if let event { told(event) }
        guard let delay else { return }
        queue.asyncAfter(deadline: .now() + .seconds(delay)) { [weak self] in
            guard let self, !state.withLock(\.isClosed) else { return }
            round()
        }
    }
}
