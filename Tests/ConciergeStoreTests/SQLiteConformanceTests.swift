import ConciergeStore
import LedgerConformance
import Testing

/// The ledgers of these tests, and what every ledger must do of them.
let suite = LedgerSuite(
    outlivesClosing: true,
    restore: { backup, directory in
        try Restore.run(from: backup, into: directory)
        return try SQLiteLedger(stateDirectory: directory)
    },
    make: { try SQLiteLedger(stateDirectory: $0) })

@Test("The SQLite ledger does what every ledger must", .timeLimit(.minutes(3)), arguments: suite.checks)
func conforms(_ check: LedgerCheck) async throws { try await check() }
