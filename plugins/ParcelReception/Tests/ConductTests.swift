import ConciergeTesting
import Testing

@testable import ParcelReception

@Suite("Conduct")
struct ConductTests {
    @Test("The provider keeps the rules of providers, in every line of its tables")
    func conduct() async throws {
        try await checkConduct(of: ParcelReception.self)
    }
}
