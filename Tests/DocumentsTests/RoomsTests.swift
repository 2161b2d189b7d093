import Testing

@Suite("What the rooms keep to")
struct RoomsTests {
    private let repository: Repository

    init() throws { repository = try Repository() }

    private func sources(_ isWanted: (String) -> Bool) throws -> [(path: String, text: String)] {
        try repository.files.filter { $0.hasPrefix("Sources/") && $0.hasSuffix(".swift") && isWanted($0) }
            .map { ($0, try repository.text($0) ?? "") }
    }

    @Test("The use cases know no transport: they import neither the Varlink room nor NIO")
    func useCases() throws {
        let front = try sources { $0.hasPrefix("Sources/ConciergeDaemon/Front/") }
        #expect(!front.isEmpty)
        for (path, text) in front {
            #expect(!text.contains(#/(?m)^.*import (Varlink|NIO\w*)$/#), "\(path)")
        }
    }

    @Test("The names of the control interface's methods stand in its own room alone")
    func methodNames() throws {
        for (path, text) in try sources({ !$0.hasPrefix("Sources/ConciergeProtocol/") }) {
            #expect(!text.contains(#/"org\.concierged\.(Requests|Tasks|Manager)/#), "\(path)")
        }
    }
}
