import ConciergeEngine
import ConciergeStore

/// Why the ledger of a state directory is not opened; nil where it is.
func error(openingIn directory: String) -> LedgerError? {
    do {
        _ = try SQLiteLedger(stateDirectory: directory)
        return nil
    } catch {
        return error
    }
}

/// Why a backup is not restored; nil where it is.
func failure(restoring path: String, into directory: String) -> Restore.Failure? {
    do {
        try Restore.run(from: path, into: directory)
        return nil
    } catch {
        return error
    }
}
