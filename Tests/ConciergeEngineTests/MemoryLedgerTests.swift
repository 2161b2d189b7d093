import ConciergeTesting
import LedgerConformance
import Testing

@Test(
    "The ledger in memory passes the conformance checks of every ledger", .timeLimit(.minutes(20)),
    arguments: LedgerSuite { _ in MemoryLedger() }.checks)
func conforms(_ check: LedgerCheck) async throws { try await check() }

@Test(
    "A ledger whose facts must be loaded first passes the same checks", .timeLimit(.minutes(20)),
    arguments: LedgerSuite { _ in MemoryLedger(loadsLazily: true) }.checks)
func conformsLazily(_ check: LedgerCheck) async throws { try await check() }
