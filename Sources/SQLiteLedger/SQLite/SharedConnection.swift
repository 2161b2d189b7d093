import Synchronization

/// A connection that several threads use, one at a time.
///
/// A thread that waits gets its turn: the lock is handed to the one that waited for the longest (futex(2),
/// `FUTEX_UNLOCK_PI`).
///
/// Unchecked, because a closure that is no `@Sendable` one cannot be given what a `Mutex` holds. The connection is
/// private, is made here, and is reached only while the lock is held.
final class SharedConnection: @unchecked Sendable {
    private let lock = Mutex(())
    private let connection: SQLiteConnection

    init(_ path: String, _ access: SQLiteConnection.Access, patience: Double) throws(SQLiteError) {
        connection = try SQLiteConnection(path, access, patience: patience)
    }

    /// Uses the connection, which must not be kept. A use within a use of the same connection never returns.
    func use<Result: Sendable, Failure>(
        _ body: (SQLiteConnection) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try lock.withLock { _ throws(Failure) in try body(connection) }
    }
}
