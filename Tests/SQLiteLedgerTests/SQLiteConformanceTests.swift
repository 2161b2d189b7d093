import LedgerConformance
import SQLiteLedger
import Testing

/// The conformance suite for the SQLite ledger; it also makes the ledgers of the other tests.
let suite = LedgerSuite(
    outlivesClosing: true,
    restore: { backup, directory in
        try Restore.run(from: backup, into: directory)
        return try SQLiteLedger(stateDirectory: directory)
    },
    make: { try SQLiteLedger(stateDirectory: $0) })

@Test(
    "The SQLite ledger passes the conformance checks of every ledger", .timeLimit(.minutes(20)), arguments: suite.checks
)
func conforms(_ check: LedgerCheck) async throws { try await check() }
