import CSQLite
import Synchronization

/// The connections that read beside the one that writes, each used by one caller at a time.
final class SQLiteReaders: Sendable {
    /// How much a read looks at. The two kinds have connections of their own, so that a quick one never waits for a
    /// long one.
    enum Length {
        /// A few rows, found by their keys: it may be done on the event loop and on the engine's thread.
        case quick
        /// Up to thousands of rows.
        case long
    }

    private let quick: Connections
    private let long: Connections

    /// Opens the first of them for a database that is in WAL mode; the others are opened when they are needed.
    init(path: String, files: LedgerFiles) throws {
        // One for the event loop and one for the engine, mostly.
        quick = Connections(path: path, files: files, limit: 2)
        long = Connections(path: path, files: files, limit: 4)
        try quick.use { _ in }
    }

    /// Reads, all of it as it is at one moment.
    func read<Result: Sendable>(_ length: Length, _ body: (SQLiteConnection) throws -> Result) throws -> Result {
        try (length == .quick ? quick : long).use { try Self.read($0, body) }
    }

    /// Reads by a connection that is open already: at its path there may be another file by now, or none.
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

    /// So many connections at most, made when all that there are are in use.
    private final class Connections: Sendable {
        private struct State {
            var all: [SharedConnection] = []
            /// The connections that nobody uses, and which is next where all are used.
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

        /// Hands them out to be closed; none is used afterwards.
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
            // Who waited for a connection is not the one that gives it back.
            defer { if wasFree { state.withLock { if !$0.isClosed { $0.free.append(index) } } } }
            return try body(connection)
        }

        private func open() throws -> SharedConnection {
            let connection = Result {
                let connection = try SharedConnection(path, .reading, patience: SQLiteLedger.patience)
                try connection.use { try $0.openLog() }
                return connection
            }
            // Looked at afterwards: what is open now is the ledger then, and not a file that was put in its place.
            try files.requireUnchanged()
            return try connection.get()
        }
    }
}
