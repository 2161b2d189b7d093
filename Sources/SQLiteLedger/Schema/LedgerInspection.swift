import CSQLite
package import ConciergeEngine
package import ConciergeKit
import Glibc

/// A read-only view of a ledger, which may be in use by a daemon. It reads an older version without migrating it.
package final class LedgerInspection: StoredRequests {
    private let connection: SharedConnection

    /// Opens the ledger of a state directory for reading; nil if there is none.
    package init?(stateDirectory: String) throws(LedgerError) {
        let path = SQLiteLedger.path(in: stateDirectory)
        try LedgerFile.requireRegular(path)
        try LedgerFile.requireNothingLeft(of: path)
        guard access(path, F_OK) == 0 || errno != ENOENT else { return nil }
        do {
            try Schema.check(path: path)
            connection = try SharedConnection(path, .reading, patience: SQLiteLedger.patience)
            guard try connection.use({ try $0.hasTable("requests") }) else { return nil }
        } catch let error as SQLiteError where error.code == SQLITE_NOTADB {
            throw .foreign(path: path)
        } catch let error as SQLiteError where error.code != SQLITE_CORRUPT {
            throw .cannotOpen(path: path, reason: error.message)
        } catch {
            throw LedgerError(error, of: path)
        }
    }

    package nonisolated(nonsending)
        func allRequests(of service: ServiceID, after: Int64?, limit: Int) async throws(LedgerError) -> Page<
            RequestView
        >
    {
        try read { try $0.requests(of: service, after: after, limit: limit) }
    }

    /// The number of open requests of each service.
    package func openRequests() throws(LedgerError) -> [ServiceID: Int] {
        try read { try $0.openRequests(besides: []) }
    }

    private func read<Result: Sendable>(_ body: (SQLiteConnection) throws -> Result) throws(LedgerError) -> Result {
        do {
            return try connection.use { database in try database.transaction(.deferred) { try body(database) } }
        } catch {
            throw .unavailable(reason: (error as? SQLiteError)?.message ?? "\(error)")
        }
    }
}
