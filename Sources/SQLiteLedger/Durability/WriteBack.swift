import CSQLite
import ConciergeEngine
import Dispatch
import Synchronization

/// Writes what is in the log back into the database file (a checkpoint: sqlite.org/wal.html), beside the commits.
///
/// SQLite would do it within a commit, and every call would wait for it, some tens of milliseconds each time. Here a
/// connection of its own writes back what there is, again and again, while commits add to the log; once little is left,
/// a commit writes that back itself, so that the log is begun anew from its start. A crash in between finds the log
/// whole: SQLite begins it anew only after all of it is in the file and on the disk.
final class WriteBack: Sendable {
    /// Pages in the log at which it begins: 40 MiB, because a page that many requests changed is written back once.
    static let beginning = 10_000
    /// So few are written back within a commit, in a millisecond or two.
    static let rest = 512
    /// At so many, 400 MiB, a commit writes all of them back, however long that takes: the disk does not keep up.
    static let limit = 100_000
    /// Where readers of an old moment keep it from finishing, so many more pages come before it is tried again.
    private static let pause = 2_500
    /// Pages in a log that a reader keeps from being written back from which on that is told.
    static let heldBeginning = 20_000
    /// The room that the file of the log keeps once it is begun anew.
    static let usualSize = heldBeginning * bytesPerPage
    /// While it is held, so long until it is tried again at first; twice as long each time, up to the longest.
    private static let retry = (first: 1, longest: 30)
    /// A page of 4 KiB and its header (sqlite.org/fileformat2.html#walformat).
    private static let bytesPerPage = 4_120

    private struct State {
        /// Where the next round begins.
        var beginning = WriteBack.beginning
        var isUnderWay = false
        /// Whether little is left, for a commit to write back.
        var hasRest = false
        var isClosed = false
        var held: HeldLog?
        /// How often it was tried since it is held.
        var tries = 0
    }

    private enum Step {
        case nothing, round, rest
    }

    private let path: String
    /// The program that reads the ledger besides the daemon.
    private let holder: @Sendable () -> String?
    private let told: @Sendable (LedgerEvent) -> Void
    private let queue = DispatchQueue(label: "write back")
    private let state = Mutex(State())
    /// Pages in the log after the last commit.
    private let pages = Atomic(0)

    /// For the database of this path.
    init(path: String, holder: @escaping @Sendable () -> String?, told: @escaping @Sendable (LedgerEvent) -> Void) {
        self.path = path
        self.holder = holder
        self.told = told
    }

    /// The log that a reader keeps from being written back.
    var held: HeldLog? { state.withLock(\.held) }

    /// Takes over from SQLite for what this connection commits, until ``close(_:)``.
    func begin(for writer: SQLiteConnection) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        // In the place of SQLite's own, which `wal_autocheckpoint` sets.
        sqlite3_wal_hook(
            writer.pointer,
            { context, connection, _, pages in
                // It outlives the hook, which is taken away when it is closed.
                if let context, let connection {
                    Unmanaged<WriteBack>.fromOpaque(context).takeUnretainedValue().committed(Int(pages), by: connection)
                }
                return SQLITE_OK
            }, context)
    }

    /// Ends it, and waits for what is under way.
    func close(_ writer: SQLiteConnection) {
        // None is there where it was closed before.
        if let connection = writer.pointer { sqlite3_wal_hook(connection, nil, nil) }
        state.withLock { $0.isClosed = true }
        queue.sync {}
    }

    /// A commit is in the log, which has so many pages now.
    private func committed(_ pages: Int, by writer: OpaquePointer) {
        self.pages.store(pages, ordering: .relaxed)
        let step = state.withLock { state -> Step in
            if pages < Self.beginning { state.beginning = Self.beginning }
            // A timer tries it; within a commit it would be a long log that is written back.
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
        // A failed checkpoint is retried at the next round; the log still holds everything.
        case .rest: sqlite3_wal_checkpoint_v2(writer, "main", SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        }
    }

    /// A connection that writes back and commits nothing, and so never begins a checkpoint by itself.
    private static func connection(to path: String) throws -> SQLiteConnection {
        let connection = try SQLiteConnection(path, .writing)
        try connection.execute(script: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0")
        return connection
    }

    /// Writes back until little is left, or nothing more can be.
    private func round() {
        var (done, all) = (-1, Int.max)
        var isWrittenBack = false
        if let file = try? Self.connection(to: path) {
            defer { file.close() }
            // SQLite syncs the file where the whole log is in it. What is synced here is not waited for then.
            while !state.withLock(\.isClosed), let now = try? file.writeBack(.passive),
                (try? file.syncFile()) != nil, now.done > done
            {
                (done, all) = now
                if max(all, pages.load(ordering: .relaxed)) - done <= Self.rest { break }
            }
            isWrittenBack = all - done <= Self.rest
            // Nobody may commit for a while, and the file would stay as long as it has become.
            if isWrittenBack, state.withLock({ $0.held != nil }) {
                isWrittenBack = (try? file.writeBack(.truncating)) != nil
            }
        }
        let size = (all == .max ? 0 : all) * Self.bytesPerPage
        // Where nobody else reads it is a backup of the daemon's own, which ends.
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
