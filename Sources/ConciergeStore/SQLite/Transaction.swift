import GRDB
import GRDBSQLite

extension Database {
    /// How a transaction begins.
    enum Beginning: String {
        /// It will write.
        case immediate = "BEGIN IMMEDIATE"
        /// It reads, and sees one moment from its first read on.
        case deferred = "BEGIN DEFERRED"
    }

    /// Runs a transaction, which is rolled back where the body throws or says so.
    ///
    /// GRDB's own transactions parse their BEGIN and COMMIT each time, and look after observers, of which there are
    /// none here: for a batch of few calls that took a twentieth of its time.
    func transaction<Result>(
        _ beginning: Beginning, _ body: () throws -> (Result, TransactionCompletion)
    ) throws -> Result {
        try execute(beginning.rawValue, [])
        do {
            let (result, completion) = try body()
            // After some errors SQLite has rolled back already (sqlite.org/lang_transaction.html); then this is one.
            try execute(completion == .commit ? "COMMIT" : "ROLLBACK", [])
            return result
        } catch {
            if isInsideTransaction { try? execute("ROLLBACK", []) }
            throw error
        }
    }
}
