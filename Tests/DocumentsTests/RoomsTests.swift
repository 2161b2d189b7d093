import Testing

@Suite("The import rules of the modules")
struct RoomsTests {
    private let repository: Repository

    init() throws { repository = try Repository() }

    private func sources(_ isWanted: (String) -> Bool) throws -> [(path: String, text: String)] {
        try repository.files.filter { $0.hasPrefix("Sources/") && $0.hasSuffix(".swift") && isWanted($0) }
            .map { ($0, try repository.text($0) ?? "") }
    }

    @Test("The use cases do not depend on a transport: they import neither Varlink nor NIO")
    func useCases() throws {
        let front = try sources { $0.hasPrefix("Sources/ConciergeDaemon/Front/") }
        #expect(!front.isEmpty)
        for (path, text) in front {
            #expect(!text.contains(#/(?m)^.*import (Varlink|NIO\w*)$/#), "\(path)")
        }
    }

    @Test("Only the module ConciergeProtocol contains the names of the control interface's methods")
    func methodNames() throws {
        for (path, text) in try sources({ !$0.hasPrefix("Sources/ConciergeProtocol/") }) {
            #expect(!text.contains(#/"org\.concierged\.(Requests|Tasks|Manager)/#), "\(path)")
        }
    }
}
