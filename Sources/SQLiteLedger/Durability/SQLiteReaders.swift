import CSQLite
import Synchronization

/// The connections that read, in addition to the one that writes. One caller at a time uses each of them.
final class SQLiteReaders: Sendable {
    /// The size of a read. The two kinds have separate connections, so that a quick read never waits for a long one.
    enum Length {
        /// A few rows, found by their keys. The event loop and the engine's thread may perform such a read.
        case quick
        /// Up to thousands of rows.
        case long
    }

    private let quick: Connections
    private let long: Connections

    /// Opens the first connection to a database that is in WAL mode. Others are opened when they are needed.
    init(path: String, files: LedgerFiles) throws {
        // Usually one for the event loop and one for the engine.
        quick = Connections(path: path, files: files, limit: 2)
        long = Connections(path: path, files: files, limit: 4)
        try quick.use { _ in }
    }

    /// Reads a snapshot of the database.
    func read<Result: Sendable>(_ length: Length, _ body: (SQLiteConnection) throws -> Result) throws -> Result {
        try (length == .quick ? quick : long).use { try Self.read($0, body) }
    }

    /// Reads with a connection that is already open, because the path may lead to another file by now, or to none.
    func readWithoutOpening<Result: Sendable>(_ body: (SQLiteConnection) throws -> Result) throws -> Result {
        try quick.use(opening: false) { try Self.read($0, body) }
    }

    private static func read<Result: Sendable>(
        _ connection: SharedConnection, _ body: (SQLiteConnection) throws -> Result
    ) throws -> Result {
        try connection.use { database in try database.transaction(.deferred) { try body(database) } }
    }

    func releaseMemory() {
        for connection in quick.all + long.all { connection.use { $0.releaseMemory() } }
    }

    func close() {
        for connection in quick.takeAll() + long.takeAll() { connection.use { $0.close() } }
    }

    /// A pool of at most `limit` connections. It opens another one when all open ones are in use.
    private final class Connections: Sendable {
        private struct State {
            var all: [SharedConnection] = []
            /// The indices of the connections that are not in use, and the index of the connection for which the last
            /// caller waited when all were in use.
            var free: [Int] = []
            var next = 0
            var isClosed = false
        }

        private let path: String
        private let files: LedgerFiles
        private let limit: Int
        private let state = Mutex(State())

        init(path: String, files: LedgerFiles, limit: Int) {
            self.path = path
            self.files = files
            self.limit = limit
        }

        var all: [SharedConnection] { state.withLock(\.all) }

        /// Removes all connections from the pool, for the caller to close. The pool refuses later uses.
        func takeAll() -> [SharedConnection] {
            state.withLock { state in
                defer { state = State(isClosed: true) }
                return state.all
            }
        }

        func use<Result: Sendable>(opening: Bool = true, _ body: (SharedConnection) throws -> Result) throws -> Result {
            let (index, connection, wasFree) = try state.withLock { state in
                if state.isClosed { throw SQLiteError(SQLITE_MISUSE, "the ledger is closed") }
                if let free = state.free.popLast() { return (free, state.all[free], true) }
                if opening, state.all.count < limit {
                    state.all.append(try open())
                    return (state.all.count - 1, state.all[state.all.count - 1], true)
                }
                state.next = (state.next + 1) % state.all.count
                return (state.next, state.all[state.next], false)
            }
            // Only the caller that took the connection from the free ones returns it to them.
            defer { if wasFree { state.withLock { if !$0.isClosed { $0.free.append(index) } } } }
            return try body(connection)
        }

        private func open() throws -> SharedConnection {
            let connection = Result {
                let connection = try SharedConnection(path, .reading, patience: SQLiteLedger.patience)
                try connection.use { try $0.openLog() }
                return connection
            }
            // Checked after the connection is open: this proves that it opened the ledger, and not a file that replaced
            // it.
            try files.requireUnchanged()
            return try connection.get()
        }
    }
}
