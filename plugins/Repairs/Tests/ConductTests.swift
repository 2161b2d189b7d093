import ConciergeTesting
import Testing

@testable import Repairs

@Suite("Conduct")
struct ConductTests {
    @Test("The provider holds the grade that its manifest names")
    func conduct() async throws {
        try await checkConduct(of: Repairs.self, seeds: 1...7, steps: 300, stored: [Repair.id: StoredTests.samples])
    }
}
