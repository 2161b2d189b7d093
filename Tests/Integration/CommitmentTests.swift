import JSON
import Testing
import Varlink

@Suite("Promises of a running daemon", .timeLimit(.minutes(3)))
struct CommitmentTests {
    private func configuration(_ closures: String) -> String {
        """
        working_calendars:
          gardiens:
            hours:
              monday: ["08:00-12:00"]
              tuesday: ["08:00-12:00"]
            closures: [\(closures)]
        """
    }

    @Test("A promise is explained by the configured calendar, and a reload takes another one")
    func reload() async throws {
        let folder = try Folder(configuration: configuration(""))
        let daemon = try DaemonProcess(in: folder)
        let client = try await daemon.connect()
        func due() async throws -> JSON? {
            let call: JSONObject = [
                "term": "1 working day", "calendar": "gardiens", "from": "2027-01-10T09:00:00Z",
            ]
            return try await client.call("org.concierged.Commitments.Explain", call)["due"]
        }
        #expect(try await due() == "2027-01-11T11:00:00Z")
        try folder.configure(configuration("2027-01-11"))
        _ = try await client.call("org.concierged.Manager.Reload")
        #expect(try await due() == "2027-01-12T11:00:00Z")
        await client.close()
        #expect(daemon.stop() == 0)
    }
}
