import Foundation
import Testing

@testable import ConciergeKit

@Suite struct PlainErrorTests {
    private struct Own: Error, CustomStringConvertible {
        var description: String { "the shelf is full" }
    }

    @Test("The text of a Foundation error has its cause and its file, without domain and code")
    func foundation() {
        let reading = #expect(throws: (any Error).self) { try Data(contentsOf: URL(fileURLWithPath: "/no/such/file")) }
        #expect(reading.map { String(plainly: $0) } == "/no/such/file: No such file or directory")
        #expect(String(plainly: POSIXError(.EACCES)) == "Permission denied")
        #expect(String(plainly: CocoaError(.fileNoSuchFile)) == "The file doesn’t exist.")
        #expect(String(plainly: NSError(domain: "lift", code: 3)) == "lift 3")
    }

    @Test("The text of any other error is its own description")
    func own() {
        #expect(String(plainly: Own()) == "the shelf is full")
    }
}
