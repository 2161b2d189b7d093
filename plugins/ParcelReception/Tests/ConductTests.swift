import ConciergeTesting
import Testing

@testable import ParcelReception

@Suite("Conduct")
struct ConductTests {
    @Test("The provider holds the grade that its manifest names")
    func conduct() async throws {
        try await checkConduct(of: ParcelReception.self, seeds: 1...4, steps: 300)
    }
}
