import Synchronization

/// A connection that several threads use, one at a time.
///
/// No waiting thread starves: the lock goes to the thread that has waited for the longest (futex(2),
/// `FUTEX_UNLOCK_PI`).
///
/// Unchecked, because a closure that is not `@Sendable` cannot receive the value of a `Mutex`. The connection is
/// private, is created here, and is accessed only while the lock is held.
final class SharedConnection: @unchecked Sendable {
    private let lock = Mutex(())
    private let connection: SQLiteConnection

    init(_ path: String, _ access: SQLiteConnection.Access, patience: Double) throws(SQLiteError) {
        connection = try SQLiteConnection(path, access, patience: patience)
    }

    /// Calls `body` with the connection, which `body` must not keep. A nested call for the same connection deadlocks.
    func use<Result: Sendable, Failure>(
        _ body: (SQLiteConnection) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try lock.withLock { _ throws(Failure) in try body(connection) }
    }
}
