import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import ConciergeTesting
import JSON
import Testing

@testable import ConciergeDaemon

@Suite("How a request is shown")
struct ShownRequestTests {
    private let table = ServiceTable(Errand())

    private func shown(
        _ table: ServiceTable?, state: String = "begun", record: String = #"{"what":"bread"}"#,
        hidingSecrets: Bool = false
    ) throws -> JSONObject {
        let isOpen = state == "begun"
        let at = Instant(milliseconds: 0)
        let request = StoredRequest(
            id: "35A84-BG07Y", service: "toy.errand", state: state, isOpen: isOpen, resident: nil, openedAt: at,
            closedAt: isOpen ? nil : at, record: Array(record.utf8), version: 1)
        let shown = Wire.Request(RequestView(request: request, timers: [:]), table: table, hidingSecrets: hidingSecrets)
        return try #require(try JSON.parse(shown.encoded()).objectValue)
    }

    @Test("An open request that no provider serves is shown as unattended, a closed one is not")
    func unattended() throws {
        #expect(try shown(nil)["unattended"] == true)
        #expect(try shown(table)["unattended"] == nil)
        #expect(try shown(nil, state: "done")["unattended"] == nil)
    }

    @Test("The record is shown even if no provider serves it, and its secrets only to staff")
    func record() throws {
        #expect(try shown(table)["data"] == ["what": "bread"])
        #expect(try shown(nil)["data"] == ["what": "bread"])
        #expect(try shown(table, hidingSecrets: true)["data"] == [:])
        // Without the service it is unknown which fields are secret.
        #expect(try shown(nil, hidingSecrets: true)["data"] == [:])
    }

    @Test("A record that the ledger could not read is shown without data")
    func unreadable() throws {
        for table in [table, nil] {
            #expect(try shown(table, record: "null")["data"] == [:])
        }
    }
}
