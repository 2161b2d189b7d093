import ConciergeEngine
import GRDB

extension LedgerError {
    /// What an error of SQLite means.
    init(_ error: any Error) {
        switch error {
        case let error as LedgerError: self = error
        case let error as DatabaseError: self.init(error)
        default: self = .unavailable(reason: "\(error)")
        }
    }

    private init(_ error: DatabaseError) {
        let words = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_FULL: self = .full(reason: words)
        case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly(reason: words)
        case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .failing(reason: words)
        default: self = .unavailable(reason: words)
        }
    }
}
