import Foundation
import JSON
import Testing
import Varlink

@Suite("A real daemon over a real socket")
struct RequestTests {
    @Test("A parcel is received, shown and handed over with its code, and its history has the actors")
    func aParcelsDay() async throws {
        let daemon = try DaemonProcess(in: Folder())
        let client = try await daemon.connect()
        let opened = try await client.call(
            "org.concierged.Requests.Open",
            [
                "service": "parcel.reception", "resident": "apt-12",
                "input": ["tracking": "RB123456785GB", "shelf": "A3"],
            ])
        let id = try #require(opened["request", "id"])
        #expect(opened["request", "state"] == "held")
        #expect(opened["request", "open"] == true)
        #expect(opened["request", "version"] == 1)
        #expect(opened["request", "resident"] == "apt-12")
        let code = try #require(opened["request", "data", "code"])

        let handed = try await client.call(
            "org.concierged.Requests.Act", ["id": id, "action": "hand-over", "input": ["code": code]])
        #expect(handed["request", "state"] == "collected")
        #expect(handed["request", "open"] == false)
        #expect(handed["request", "closed_at"] != nil)

        let shown = try await client.call("org.concierged.Requests.Get", ["id": id])
        #expect(shown["request"] == handed["request"])
        let history = try #require(shown["history"]?.arrayValue).compactMap(\.objectValue)
        #expect(history.map { $0["event"]?.event } == ["open", "notice:arrival", "hand-over"])
        #expect(history.map { $0["actor"] } == [JSON](repeating: .string(NSUserName()), count: 3))
        #expect(history.last?["from"] == "held")
        #expect(history.last?["to"] == "collected")
        await client.close()
    }

    @Test(
        "A wrong call is refused with the name of the wrong field and the reason in both languages, and changes nothing",
        arguments: [
            ("Requests.Open", ["service": "parcel.nothing", "input": [:]], "service", "is served"),
            (
                "Requests.Open", ["service": "parcel.reception", "resident": "apt-12", "input": ["trackin": "X"]],
                "trackin", "no such field"
            ),
            (
                "Requests.Open", ["service": "parcel.reception", "resident": "apt-12", "input": ["tracking": 5]],
                "tracking",
                "number on the label"
            ),
            (
                "Requests.Open", ["service": "repairs.repair", "resident": "apt-12", "input": [:]], "category",
                "required"
            ),
            ("Requests.List", ["limit": 0], "limit", "1 to 1000"),
            ("Requests.List", ["after": "here"], "after", "not the next"),
            ("Tasks.Trigger", ["task": "parcel.nothing"], "task", "is served"),
            ("Tasks.Trigger", ["task": "parcel.shelf-audit", "priority": "soon"], "priority", "low, normal or high"),
            ("Tasks.ListRuns", ["state": "hungry"], "state", "hungry"),
        ] as [(String, JSONObject, String, String)])
    func wrongCalls(method: String, parameters: JSONObject, named: String, reason: String) async throws {
        let daemon = try DaemonProcess(in: Folder())
        let client = try await daemon.connect()
        let error = await #expect(throws: VarlinkError.self) {
            _ = try await client.call("org.concierged.\(method)", parameters)
        }
        let interface = try #require(method.split(separator: ".").first)
        #expect(error?.name == "org.concierged.\(interface).InvalidInput")
        #expect(error?.parameters["field"] == .string(named))
        let text = try #require(error?.parameters["text"]?.objectValue)
        #expect(text["en"]?.stringValue?.contains(reason) == true, "\(text)")
        #expect(text["fr"]?.stringValue?.isEmpty == false && text["fr"] != text["en"], "\(text)")
        #expect(error?.parameters["reason"] == text["en"])
        let list = try await client.call("org.concierged.Requests.List")
        #expect(list["requests"] == [])
        await client.close()
    }

    @Test(
        "Parameters that do not fit the interface are refused with the name of the first of them",
        arguments: [
            (["service": "parcel.reception"], "input"),
            (["service": "parcel.reception", "input": [:], "colour": "red"], "colour"),
        ] as [(JSONObject, String)])
    func misfits(parameters: JSONObject, named: String) async throws {
        let daemon = try DaemonProcess(in: Folder())
        let client = try await daemon.connect()
        await #expect(throws: VarlinkError.invalidParameter(named)) {
            _ = try await client.call("org.concierged.Requests.Open", parameters)
        }
        await client.close()
    }

    @Test("A tracking number with a wrong check digit is refused with that number, in both languages")
    func wrongCheckDigit() async throws {
        let daemon = try DaemonProcess(in: Folder())
        let client = try await daemon.connect()
        let refusal = await #expect(throws: VarlinkError.self) {
            _ = try await client.call(
                "org.concierged.Requests.Open",
                ["service": "parcel.reception", "resident": "apt-12", "input": ["tracking": "RB123456786GB"]])
        }
        #expect(refusal?.name == "org.concierged.Requests.Refused")
        #expect(refusal?.parameters["reason"]?.stringValue?.contains("RB123456786GB") == true)
        #expect(refusal?.parameters["text", "fr"]?.stringValue?.contains("clé de contrôle") == true)
        await client.close()
    }

    @Test(
        "A value that is too long, blank or not text is refused in both languages, and is neither stored nor returned")
    func admission() async throws {
        let daemon = try DaemonProcess(in: Folder())
        let client = try await daemon.connect()
        let long = JSON.string(String(repeating: "x", count: 900_000))
        let shelf = JSON.string(String(repeating: "x", count: 501))
        let open: JSONObject = ["service": "parcel.reception", "resident": "apt-12", "input": ["tracking": "X1"]]
        func with(_ name: String, _ value: JSON) -> JSONObject {
            var call = open
            call[name] = value
            return call
        }
        let calls: [(String, JSONObject, String)] = [
            ("Requests.Open", with("resident", long), "resident"), ("Requests.Open", with("resident", ""), "resident"),
            ("Requests.Open", with("idempotency_key", long), "idempotency_key"),
            ("Requests.Open", with("idempotency_key", ""), "idempotency_key"),
            ("Requests.Open", with("service", long), "service"),
            ("Requests.Open", with("input", ["tracking": "X1", "shelf": shelf]), "shelf"),
            ("Requests.Open", with("input", ["tracking": "X1", "shelf": "A3\u{1B}[2J"]), "shelf"),
            ("Requests.Get", ["id": long], "id"), ("Requests.List", ["resident": long], "resident"),
            ("Tasks.Trigger", ["task": long], "task"), ("Manager.PauseProvider", ["id": long], "id"),
        ]
        for (method, parameters, name) in calls {
            let refusal = await #expect(throws: VarlinkError.self) {
                _ = try await client.call("org.concierged.\(method)", parameters)
            }
            #expect(refusal?.name.hasSuffix(".Refused") == true, "\(method) \(name)")
            for language in ["fr", "en"] {
                let words = try #require(refusal?.parameters["text", language]?.stringValue)
                // The sentence begins with what the parameter is called in its language.
                let called = language == "fr" && name == "resident" ? "locataire" : name
                #expect(words.hasPrefix(called) && words.utf8.count < 200)
            }
        }
        let listed = try await client.call("org.concierged.Requests.List", [:])
        #expect(listed["requests"]?.arrayValue?.isEmpty == true)
        await client.close()
    }

    @Test("An action that the state does not allow, an unknown action and an unknown id have different errors")
    func wrongActions() async throws {
        let daemon = try DaemonProcess(in: Folder())
        let client = try await daemon.connect()
        let opened = try await client.call(
            "org.concierged.Requests.Open",
            ["service": "parcel.reception", "resident": "apt-12", "input": ["tracking": "X1"]])
        let id = try #require(opened["request", "id"])
        _ = try await client.call(
            "org.concierged.Requests.Act", ["id": id, "action": "return", "input": ["reason": "unknown"]])
        let refusal = await #expect(throws: VarlinkError.self) {
            _ = try await client.call(
                "org.concierged.Requests.Act", ["id": id, "action": "return", "input": ["reason": "unknown"]])
        }
        #expect(refusal?.name == "org.concierged.Requests.Refused")
        let unknown = await #expect(throws: VarlinkError.self) {
            _ = try await client.call("org.concierged.Requests.Act", ["id": id, "action": "dance"])
        }
        #expect(unknown?.name == "org.concierged.Requests.InvalidInput")
        #expect(unknown?.parameters["field"] == "action")
        await #expect(throws: VarlinkError("org.concierged.Requests.NotFound", ["id": "00000-00001"])) {
            _ = try await client.call(
                "org.concierged.Requests.Act",
                ["id": "00000-00001", "action": "return", "input": ["reason": "unknown"]])
        }
        let shown = try await client.call("org.concierged.Requests.Get", ["id": id])
        #expect(shown["request", "version"] == 2)
        await client.close()
    }

    @Test("A repeat with the same idempotency key returns the first answer, also after the request has changed")
    func idempotency() async throws {
        let daemon = try DaemonProcess(in: Folder())
        let client = try await daemon.connect()
        let call: JSONObject = [
            "service": "parcel.reception", "resident": "apt-12", "input": ["tracking": "X1"],
            "idempotency_key": "desk-1",
        ]
        let first = try await client.call("org.concierged.Requests.Open", call)
        let id = try #require(first["request", "id"])
        _ = try await client.call(
            "org.concierged.Requests.Act", ["id": id, "action": "return", "input": ["reason": "unknown"]])
        #expect(try await client.call("org.concierged.Requests.Open", call) == first)
        let list = try await client.call("org.concierged.Requests.List")
        #expect(list["requests"]?.arrayValue?.count == 1)
        await client.close()
    }

    @Test("A watcher receives each history line once, from where it left off, also across a restart")
    func watching() async throws {
        let folder = try Folder()
        var daemon = try DaemonProcess(in: folder)
        let first = try await daemon.connect()
        for number in 1...3 {
            _ = try await first.call(
                "org.concierged.Requests.Open",
                ["service": "parcel.reception", "resident": "apt-12", "input": ["tracking": .string("X\(number)")]])
        }
        await first.close()
        daemon.stop()
        daemon = try DaemonProcess(in: folder)

        let client = try await daemon.connect()
        let watcher = try await daemon.connect()
        // Three openings wrote two lines each; the watcher has already seen the first two.
        var lines = watcher.stream("org.concierged.Requests.Watch", ["after": 2]).makeAsyncIterator()
        _ = try await client.call(
            "org.concierged.Requests.Open",
            ["service": "parcel.reception", "resident": "apt-12", "input": ["tracking": "X4"]])
        var seen: [Int64?] = []
        for _ in 1...6 { seen.append(try await lines.next()?["entry", "seq"]?.intValue) }
        #expect(seen == [3, 4, 5, 6, 7, 8])
        await watcher.close()
        await client.close()
    }

    @Test("Bytes that are not a call close the connection, and the daemon continues to serve")
    func malformed() async throws {
        let daemon = try DaemonProcess(in: Folder(configuration: "control:\n  message_limit: 2048\n"))
        let client = try await daemon.connect()
        for bytes in [Array("not json\0".utf8), Array(repeating: UInt8(ascii: "x"), count: 5000)] {
            #expect(try RawConnection(path: daemon.folder.socket).send(bytes).readToEnd() == [])
        }
        let status = try await client.call("org.concierged.Manager.Status")
        #expect(status["state"] == "serving")
        await client.close()
    }

    @Test("An appointment time is booked once, and the second caller gets the next free times, which can be booked")
    func appointments() async throws {
        let daemon = try DaemonProcess(
            in: Folder(
                configuration: """
                    lodge:
                      time_zone: UTC
                      language: en
                    working_calendars:
                      always:
                        hours:
                          monday: ["08:00-18:00"]
                        works_on_holidays: true
                    providers:
                      health:
                        practitioners:
                          dr-roux:
                            name: Dr Roux
                            slot: 30min
                            hours:
                              monday: ["00:00-23:30"]
                              tuesday: ["00:00-23:30"]
                              wednesday: ["00:00-23:30"]
                              thursday: ["00:00-23:30"]
                              friday: ["00:00-23:30"]
                              saturday: ["00:00-23:30"]
                              sunday: ["00:00-23:30"]

                    """))
        let client = try await daemon.connect()
        let day = ISO8601DateFormatter.string(
            from: Date(timeIntervalSinceNow: 2 * 86_400), timeZone: .gmt, formatOptions: .withFullDate)
        func book(_ start: String, _ more: JSONObject = [:]) async throws -> JSONObject {
            var input: JSONObject = ["practitioner": "dr-roux", "start": .string(start)]
            for (key, value) in more { input[key] = value }
            return try await client.call(
                "org.concierged.Requests.Open",
                ["service": "health.appointment", "resident": .string("apt-\(start)"), "input": .object(input)])
        }
        _ = try await book("\(day)T09:00:00Z")
        let refusal = await #expect(throws: VarlinkError.self) { try await book("\(day)T09:00:00Z") }
        #expect(refusal?.name == "org.concierged.Requests.Refused")
        #expect(refusal?.parameters["reason"]?.stringValue?.contains(", 09:30, ") == true)
        let next = try await book("\(day)T09:30:00Z")
        #expect(next["request", "state"] == "booked")

        let reason = await #expect(throws: VarlinkError.self) {
            try await book("\(day)T11:00:00Z", ["reason": "a cough"])
        }
        #expect(reason?.name == "org.concierged.Requests.Refused")
        await client.close()
        daemon.stop()
        let stored = try Data(contentsOf: URL(fileURLWithPath: daemon.folder.state + "/ledger.sqlite"))
        #expect(stored.range(of: Data("a cough".utf8)) == nil)
    }
}
