import CSQLiteSupport
import GRDB
import GRDBSQLite
import Synchronization

/// The connections that read beside the one that writes, each used by one caller at a time.
///
/// GRDB's own pool asks for the version of the schema before each read, in a transaction of its own, because others
/// may change it; the ledger's is changed before the first read alone.
final class SQLiteReaders: Sendable {
    /// One for the event loop and one for everybody else, mostly.
    private static let count = 2

    private let connections: [DatabaseQueue]
    /// The connections that nobody uses, and which is next where all are used.
    private let state: Mutex<(free: [Int], next: Int)>

    /// Opens them for a database that is in WAL mode.
    init(path: String) throws {
        var configuration = Configuration()
        configuration.label = "ledger"
        configuration.readonly = true
        configuration.busyMode = .timeout(SQLiteLedger.patience)
        configuration.prepareDatabase { try $0.harden() }
        connections = try (0..<Self.count).map { _ in try DatabaseQueue(path: path, configuration: configuration) }
        state = Mutex((Array(connections.indices), 0))
    }

    /// Reads, all of it as it is at one moment.
    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        let (index, wasFree) = state.withLock { state in
            if let free = state.free.popLast() { return (free, true) }
            state.next = (state.next + 1) % connections.count
            return (state.next, false)
        }
        // Who waited for a connection is not the one that gives it back.
        defer { if wasFree { state.withLock { $0.free.append(index) } } }
        return try connections[index].unsafeRead { database in
            try database.transaction(.deferred) { (try body(database), .commit) }
        }
    }

    func giveBackMemory() {
        for connection in connections { connection.unsafeRead { $0.giveBackMemory() } }
    }

    func close() throws {
        for connection in connections { try connection.close() }
    }
}

extension Database {
    /// Trusts nothing that stands in the file's schema.
    func harden() throws {
        let code = sqlite_harden(sqliteConnection)
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    /// Gives back the pages that are kept because they may be needed again.
    func giveBackMemory() {
        // None is there once it is closed: a daemon may be told that it is quiet while it stops.
        if let connection = sqliteConnection { sqlite3_db_release_memory(connection) }
    }
}
