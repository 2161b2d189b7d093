package import ConciergeEngine
package import ConciergeKit
import GRDB
import Glibc

/// A ledger that is only looked at: beside a daemon that uses it, and as it is, also where it is of an older version.
package final class LedgerInspection: StoredRequests {
    private let queue: DatabaseQueue

    /// Opens the ledger of a state directory for reading; nil where there is none.
    package init?(stateDirectory: String) throws(LedgerError) {
        let path = SQLiteLedger.path(in: stateDirectory)
        try LedgerFile.requireRegular(path)
        try LedgerFile.requireNothingLeft(of: path)
        guard access(path, F_OK) == 0 || errno != ENOENT else { return nil }
        do {
            try Schema.check(path: path)
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(SQLiteLedger.patience)
            configuration.prepareDatabase { try $0.harden() }
            queue = try DatabaseQueue(path: path, configuration: configuration)
            guard try queue.read({ try $0.tableExists("requests") }) else { return nil }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw .foreign(path: path)
        } catch let error as DatabaseError where error.resultCode != .SQLITE_CORRUPT {
            throw .cannotOpen(path: path, reason: SQLiteLedger.reason(of: error))
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

    /// By service, how many requests are open.
    package func openRequests() throws(LedgerError) -> [ServiceID: Int] {
        try read { try $0.openRequests(besides: []) }
    }

    private func read<Result>(_ body: (Database) throws -> Result) throws(LedgerError) -> Result {
        do {
            return try queue.read(body)
        } catch {
            throw .unavailable(reason: SQLiteLedger.reason(of: error))
        }
    }
}
