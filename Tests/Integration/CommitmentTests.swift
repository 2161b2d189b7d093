import JSON
import Testing
import Varlink

@Suite("Promises of a running daemon", .timeLimit(.minutes(20)))
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

    @Test("A promise outlives a kill and another calendar: its deadline and its reasons are those of its day")
    func killed() async throws {
        let folder = try Folder(configuration: configuration("2031-01-06"))
        var daemon = try DaemonProcess(in: folder)
        var client = try await daemon.connect()
        let opened = try await client.call(
            "org.concierged.Requests.Open",
            [
                "service": "repairs.repair", "resident": "apt-3",
                "input": ["category": "plumbing", "location": "Kitchen", "description": "It drips"],
            ])
        let id = try #require(opened["request", "id"])
        let act: (String, JSONObject) -> JSONObject = { ["id": id, "action": .string($0), "input": .object($1)] }
        let triaged = try await client.call("org.concierged.Requests.Act", act("triage", ["urgency": "U3"]))
        _ = try await client.call("org.concierged.Requests.Act", act("assign", ["contractor": "martin"]))
        let before = try #require(
            try await client.call("org.concierged.Requests.Get", ["id": id])["request", "commitments"]?.arrayValue)
        #expect(before.count == 2)
        #expect(before[0]["due"] == triaged["request", "commitments"]?.arrayValue?.first?["due"])
        #expect(try #require(before[0]["steps"]?.arrayValue).count > 2)
        await client.close()
        daemon.crash()

        try folder.configure(
            "working_calendars: {night: {hours: {sunday: [\"01:00-02:00\"]}}}\nlodge: {working_calendar: night}")
        daemon = try DaemonProcess(in: folder)
        client = try await daemon.connect()
        let after = try await client.call("org.concierged.Requests.Get", ["id": id])
        #expect(after["request", "commitments"]?.arrayValue == before)
        // A pause is counted by the calendar of the day on which it was promised, too.
        _ = try await client.call("org.concierged.Requests.Act", act("wait-for-parts", [:]))
        _ = try await client.call("org.concierged.Requests.Act", act("parts-arrived", [:]))
        let resumed = try await client.call("org.concierged.Requests.Get", ["id": id])
        #expect(resumed["request", "commitments"]?.arrayValue?.first?["due"] == before[0]["due"])

        let today = try #require(try await client.call("org.concierged.Requests.Today")["groups"]?.arrayValue)
        #expect(today.map { $0["kind"] } == ["late", "due", "decide", "waiting"])
        #expect(today.map { $0["count"] } == [0, 0, 0, 1])
        let report = try await client.call("org.concierged.Commitments.Report", ["by": ["service"]])
        let row = try #require(report["rows"]?.arrayValue?.first)
        #expect([row["made"], row["open"], row["paused"]] == [1, 1, 1])
        await #expect(throws: VarlinkError.self) {
            _ = try await client.call("org.concierged.Commitments.Report", ["by": ["servce"]])
        }
        await client.close()
        #expect(daemon.stop() == 0)
    }
}
