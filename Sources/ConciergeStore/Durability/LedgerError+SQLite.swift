import ConciergeEngine
import GRDB

extension LedgerError {
    /// What an error means of the ledger at this path.
    init(_ error: any Error, of path: String) {
        switch error {
        case let error as LedgerError: self = error
        case let error as DatabaseError: self.init(error, of: path)
        default: self = .unavailable(reason: "\(error)")
        }
    }

    private init(_ error: DatabaseError, of path: String) {
        let words = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_FULL: self = .full(reason: words)
        case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly(reason: words)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged(path: path, reason: words)
        case .SQLITE_BUSY: self = .locked(by: nil)
        case .SQLITE_IOERR, .SQLITE_CANTOPEN: self = .failing(reason: words)
        default: self = .unavailable(reason: words)
        }
    }
}
