import ConciergeEngine
import SQLiteLedger

/// The error with which the ledger of a state directory cannot be opened; nil if it can.
func error(openingIn directory: String) -> LedgerError? {
    do {
        _ = try SQLiteLedger(stateDirectory: directory)
        return nil
    } catch {
        return error
    }
}

/// The reason why a backup cannot be restored; nil if it can.
func failure(restoring path: String, into directory: String) -> Restore.Failure? {
    do {
        try Restore.run(from: path, into: directory)
        return nil
    } catch {
        return error
    }
}
