package import ConciergeEngine
import GRDB
import Glibc

/// A ledger that is only looked at: beside a daemon that uses it, and as it is, also where it is of an older version.
package final class LedgerInspection: RequestStock {
    private let queue: DatabaseQueue
    private let columns: String

    /// Opens the ledger of a state directory for reading; nil where there is none.
    package init?(stateDirectory: String) throws(LedgerError) {
        let path = SQLiteLedger.path(in: stateDirectory)
        try LedgerFile.requireRegular(path)
        try LedgerFile.requireNothingLeft(of: path)
        guard access(path, F_OK) == 0 || errno != ENOENT else { return nil }
        do {
            try Migrations.check(path: path)
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(SQLiteLedger.patience)
            configuration.prepareDatabase { try $0.harden() }
            queue = try DatabaseQueue(path: path, configuration: configuration)
            guard try queue.read({ try $0.tableExists("requests") }) else { return nil }
            let known = try queue.read { database in try database.columns(in: "requests").map(\.name) }
            // Before records had versions, all of them were of the first.
            columns =
                known.contains("record_version")
                ? StoredRequest.columns : StoredRequest.columns.replacing("record_version", with: "1")
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw .foreign(path: path)
        } catch let error as DatabaseError where error.resultCode != .SQLITE_CORRUPT {
            throw .cannotOpen(path: path, reason: SQLiteLedger.reason(of: error))
        } catch {
            throw LedgerError(error, of: path)
        }
    }

    package nonisolated(nonsending)
        func stock(of service: String, after: String?, limit: Int) async throws(LedgerError) -> Page<RequestView>
    {
        try read { try $0.stock(of: service, after: after, limit: limit, columns: columns) }
    }

    /// By service, how many requests are open.
    package func openRequests() throws(LedgerError) -> [String: Int] {
        try read { database in
            let counts = try database.rows(
                "SELECT service, count(*) FROM requests WHERE is_open = 1 GROUP BY service"
            ) { ($0[0] as String, $0[1] as Int) }
            return Dictionary(uniqueKeysWithValues: counts)
        }
    }

    private func read<Result>(_ body: (Database) throws -> Result) throws(LedgerError) -> Result {
        do {
            return try queue.read(body)
        } catch {
            throw .unavailable(reason: SQLiteLedger.reason(of: error))
        }
    }
}
