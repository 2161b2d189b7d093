import CSQLite
import ConciergeEngine

extension LedgerError {
    /// The ledger error that corresponds to an error of the ledger at this path.
    init(_ error: any Error, of path: String) {
        switch error {
        case let error as LedgerError: self = error
        case let error as SQLiteError: self.init(error, of: path)
        default: self = .unavailable(reason: "\(error)")
        }
    }

    private init(_ error: SQLiteError, of path: String) {
        switch error.code {
        case SQLITE_FULL: self = .full(reason: error.message)
        case SQLITE_READONLY, SQLITE_PERM: self = .readOnly(reason: error.message)
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .damaged(path: path, reason: error.message)
        case SQLITE_BUSY: self = .locked(by: nil)
        case SQLITE_IOERR, SQLITE_CANTOPEN: self = .failing(reason: error.message)
        default: self = .unavailable(reason: error.message)
        }
    }
}
