import Dispatch
import GRDB
import GRDBSQLite
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

    private struct State {
        /// Where the next round begins.
        var beginning = WriteBack.beginning
        var isUnderWay = false
        /// Whether little is left, for a commit to write back.
        var hasRest = false
        var isClosed = false
    }

    private enum Step {
        case nothing, round, rest
    }

    private let path: String
    private let queue = DispatchQueue(label: "write back")
    private let state = Mutex(State())
    /// Pages in the log after the last commit.
    private let pages = Atomic(0)

    /// For the database of this path.
    init(path: String) {
        self.path = path
    }

    /// Takes over from SQLite for what this connection commits, until ``close(_:)``.
    func begin(for writer: Database) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        // In the place of SQLite's own, which `wal_autocheckpoint` sets.
        sqlite3_wal_hook(
            writer.sqliteConnection,
            { context, connection, _, pages in
                // It outlives the hook, which is taken away when it is closed.
                if let context, let connection {
                    Unmanaged<WriteBack>.fromOpaque(context).takeUnretainedValue().committed(Int(pages), by: connection)
                }
                return SQLITE_OK
            }, context)
    }

    /// Ends it, and waits for what is under way.
    func close(_ writer: Database) {
        // None is there where it was closed before.
        if let connection = writer.sqliteConnection { sqlite3_wal_hook(connection, nil, nil) }
        state.withLock { $0.isClosed = true }
        queue.sync {}
    }

    /// A commit is in the log, which has so many pages now.
    private func committed(_ pages: Int, by writer: SQLiteConnection) {
        self.pages.store(pages, ordering: .relaxed)
        let step = state.withLock { state -> Step in
            if pages < Self.beginning { state.beginning = Self.beginning }
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
        // What goes wrong here goes wrong again, or is mended, at the next round; the log has all meanwhile.
        case .rest: sqlite3_wal_checkpoint_v2(writer, "main", SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        }
    }

    /// Writes back until little is left, or nothing more can be.
    private func round() {
        var done = -1
        if let file = try? SQLiteFile(path, for: .writingBack) {
            defer { file.close() }
            while !state.withLock(\.isClosed), let now = try? file.writeBack(), now > done {
                done = now
                if pages.load(ordering: .relaxed) - done <= Self.rest { break }
            }
        }
        state.withLock { state in
            state.isUnderWay = false
            state.hasRest = true
        }
    }
}
