import ConciergeTesting
import LedgerConformance
import Testing

@Test(
    "The ledger in memory does what every ledger must", .timeLimit(.minutes(3)),
    arguments: LedgerSuite { _ in MemoryLedger() }.checks)
func conforms(_ check: LedgerCheck) async throws { try await check() }
