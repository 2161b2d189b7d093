import JSON
import Synchronization
import Testing
import Varlink
import Wording

@testable import conciergectl

/// What a person at the terminal is asked, and what is sent of the answers.
@Suite("Questions at the terminal") struct PromptTests {
    /// Runs a command line whose person types these answers.
    private func ctl(
        _ arguments: String..., answers: [String]?, in language: Language = .fr, lodge: CannedLodge? = nil
    ) async throws -> (status: Int32, captured: Captured, lodge: CannedLodge) {
        let lodge = try lodge ?? CannedLodge(["Residents.Search": Self.search])
        let captured = Captured()
        var status: Int32 = -1
        try await lodge.serve { socket in
            let console = captured.console(language, environment: ["CONCIERGE_SOCKET": socket], answers: answers)
            status = await Conciergectl.run(arguments, on: console)
        }
        return (status, captured, lodge)
    }

    private static let search: @Sendable (JSONObject) throws(VarlinkError) -> [JSONObject] = { call in
        func resident(_ id: String, _ name: String) -> JSON {
            [
                "id": .string(id), "name": .string(name), "dwelling": "B 204", "residence": "Les Tilleuls",
                "language": "fr", "publics": [], "email": "", "phone": "",
            ]
        }
        switch call["query"]?.stringValue {
        case "benali": return [["residents": [resident("L-17", "Mme Benali")], "more": false]]
        case "martin":
            return [["residents": [resident("L-1", "M. Martin"), resident("L-2", "Mme Martin")], "more": false]]
        default: return [["residents": [], "more": false]]
        }
    }

    @Test("A required field that is missing is asked for, and the date is said back in words")
    func missing() async throws {
        let (status, captured, lodge) = try await ctl("tasks", "trigger", "rappeler", answers: ["bientôt", "demain"])
        #expect(status == 0)
        #expect(captured.output.contains("Jour (date)"))
        #expect(captured.diagnostics.contains("«\u{A0}bientôt\u{A0}» n’est pas une date"))
        #expect(captured.output.contains("Jour\u{A0}: mercredi 25 novembre 2026"))
        #expect(lodge.parameters(of: "Tasks.Trigger")?["input"] == ["day": "2026-11-25"])
    }

    @Test("Without a person at the terminal nothing is asked, and the missing field is an error")
    func unattended() async throws {
        let (status, captured, lodge) = try await ctl("tasks", "trigger", "rappeler", answers: nil)
        #expect(status == 65)
        #expect(captured.diagnostics.contains("il manque «\u{A0}day\u{A0}» (Jour)"))
        #expect(!lodge.methods.contains("Tasks.Trigger"))
    }

    @Test("With --json nothing is asked")
    func json() async throws {
        #expect(try await ctl("tasks", "trigger", "rappeler", "--json", answers: ["demain"]).status == 65)
    }

    @Test("open without anything asks for the service, the resident and each field; the optional ones may be left out")
    func open() async throws {
        let (status, captured, lodge) = try await ctl("open", answers: ["1", "martin", "2", "RB123456785GB", ""])
        #expect(status == 0)
        #expect(captured.output.contains("  1  Réception de colis"))
        #expect(captured.output.contains("  2  Mme Martin, B 204, Les Tilleuls"))
        let sent = try #require(lodge.parameters(of: "Requests.Open"))
        #expect(sent["service"] == "parcel.reception")
        #expect(sent["resident"] == "L-2")
        #expect(sent["input"] == ["tracking": "RB123456785GB"])
    }

    @Test("Somebody who is not in the directory is noted as typed only after a yes")
    func unknownResident() async throws {
        let (status, captured, lodge) = try await ctl(
            "open", answers: ["colis", "M. Inconnu", "n", "Mme Passante", "o", "X1", ""])
        #expect(status == 0)
        #expect(captured.output.contains("Noter «\u{A0}M. Inconnu\u{A0}» tel quel"))
        #expect(lodge.parameters(of: "Requests.Open")?["resident"] == "Mme Passante")
    }

    @Test("At the end of the input nothing is sent")
    func givenUp() async throws {
        let (status, captured, lodge) = try await ctl("open", "colis", answers: [])
        #expect(status == 64)
        #expect(captured.diagnostics.hasPrefix("conciergectl\u{A0}: abandonné\u{A0}: rien n’a été envoyé\n"))
        #expect(!lodge.methods.contains("Requests.Open"))
    }

    @Test("act asks for the action and its fields, by number or name")
    func act() async throws {
        let (status, _, lodge) = try await ctl("act", CannedLodge.requestID, answers: ["remettre", "4711"])
        #expect(status == 0)
        #expect(lodge.parameters(of: "Requests.Act")?["action"] == "hand-over")
        #expect(lodge.parameters(of: "Requests.Act")?["input"] == ["code": "4711"])
    }

    @Test("What is secret is asked for without being shown")
    func secret() async throws {
        var service = CannedLodge.service
        if let fields = service["actions"]?.arrayValue?[0]["fields"]?.arrayValue {
            var field = fields[0].objectValue ?? [:]
            field["secret"] = true
            var action = service["actions"]?.arrayValue?[0].objectValue ?? [:]
            action["fields"] = [.object(field)]
            var described = service.objectValue ?? [:]
            described["actions"] = [.object(action)]
            service = .object(described)
        }
        let changed = service
        let lodge = try CannedLodge(["Manager.Services": { _ in [["services": [changed]]] }])
        let (status, captured, _) = try await ctl(
            "act", CannedLodge.requestID, "hand-over", answers: ["4711"], lodge: lodge)
        #expect(status == 0)
        #expect(captured.output.contains("(secret)"))
        #expect(!captured.output.contains("4711"))
    }

    @Test("The placeholder of an example is never sent")
    func placeholder() async throws {
        let field = try await ctl("open", "colis", "tracking=…", answers: nil)
        #expect(field.status == 65)
        let resident = try await ctl("open", "colis", "tracking=X", "--resident", "…", answers: nil)
        #expect(resident.status == 64)
        #expect(!field.lodge.methods.contains("Requests.Open") && !resident.lodge.methods.contains("Requests.Open"))
    }
}

@Suite("Labels from a scanner") struct ScanTests {
    /// The canned service, whose number is read by a scanner.
    private static let service: JSON = {
        var service = CannedLodge.service.objectValue ?? [:]
        var opening = service["openings"]?.arrayValue?[0].objectValue ?? [:]
        var fields = opening["fields"]?.arrayValue ?? []
        var label = fields[0].objectValue ?? [:]
        label["scanned"] = true
        fields[0] = .object(label)
        opening["fields"] = .array(fields)
        service["openings"] = [.object(opening)]
        return .object(service)
    }()

    private func scan(_ answers: String...) async throws -> (status: Int32, captured: Captured, lodge: CannedLodge) {
        let service = Self.service
        let lodge = try CannedLodge([
            "Manager.Services": { _ in [["services": [service]]] },
            "Requests.List": { _ in [["requests": [CannedLodge.request()]]] },
            "Residents.Search": { _ in [["residents": [], "more": false]] },
        ])
        let captured = Captured()
        var status: Int32 = -1
        try await lodge.serve { socket in
            let console = captured.console(.fr, environment: ["CONCIERGE_SOCKET": socket], answers: answers)
            status = await Conciergectl.run(["scan"], on: console)
        }
        return (status, captured, lodge)
    }

    @Test("A number that nothing has is taken in, with the questions of its service")
    func takenIn() async throws {
        let (status, captured, lodge) = try await scan("6A12345678901", "Mme Benali", "o", "")
        #expect(status == 0)
        let sent = try #require(lodge.parameters(of: "Requests.Open"))
        #expect(sent["input"] == ["tracking": "6A12345678901"])
        #expect(sent["resident"] == "Mme Benali")
        #expect(captured.output.contains("R7KQ2-MX3AB  Fait\u{A0}: Arrivée (En garde)."))
    }

    @Test("A number that is held is offered for its actions, whatever the scanner puts before it")
    func handedOver() async throws {
        let (status, captured, lodge) = try await scan("]C1RB 123 456 785 gb", "1", "4711")
        #expect(status == 0)
        #expect(captured.output.contains("R7KQ2-MX3AB · Réception de colis · Élodie · En garde"))
        #expect(lodge.parameters(of: "Requests.Act")?["input"] == ["code": "4711"])
        #expect(!lodge.methods.contains("Requests.Open"))
    }

    @Test("The next label may be read in the place of an action")
    func nextLabel() async throws {
        let (status, _, lodge) = try await scan("RB123456785GB", "6A12345678901", "Mme Benali", "o", "")
        #expect(status == 0)
        #expect(lodge.parameters(of: "Requests.Open")?["input"] == ["tracking": "6A12345678901"])
        #expect(!lodge.methods.contains("Requests.Act"))
    }

    @Test("Without a terminal it says that it needs one")
    func terminal() async {
        #expect(await Captured().run("scan") == 64)
    }
}

@Suite("Several requests, and ids that are not whole") struct ShortIDTests {
    private static func request(_ id: String) -> JSON {
        var request = CannedLodge.request().objectValue ?? [:]
        request["id"] = .string(id)
        return .object(request)
    }

    /// A lodge with these requests.
    private func lodge(_ ids: String...) throws -> CannedLodge {
        try CannedLodge([
            "Requests.List": { _ in [["requests": .array(ids.map(Self.request))]] },
            "Requests.Get": { call in [["request": Self.request(call["id"]?.stringValue ?? ""), "history": []]] },
            "Requests.Act": { call throws(VarlinkError) in
                if call["id"] == "36E85-0000B" {
                    throw VarlinkError(
                        "org.concierged.Requests.Refused", ["reason": "no", "text": ["fr": "Non.", "en": "No."]])
                }
                return [["request": Self.request(call["id"]?.stringValue ?? "")]]
            },
        ])
    }

    private func ctl(_ lodge: CannedLodge, _ arguments: String...) async throws -> (status: Int32, captured: Captured) {
        let captured = Captured()
        var status: Int32 = -1
        try await lodge.serve { socket in
            status = await Conciergectl.run(
                arguments, on: captured.console(.fr, environment: ["CONCIERGE_SOCKET": socket]))
        }
        return (status, captured)
    }

    @Test("The beginning of an id is enough where only one request has it")
    func beginning() async throws {
        let lodge = try lodge("36E85-F51WJ", "36E84-AAAAA")
        #expect(try await ctl(lodge, "show", "36e85").status == 0)
        #expect(lodge.parameters(of: "Requests.Get")?["id"] == "36E85-F51WJ")
    }

    @Test("A whole id is not looked up")
    func whole() async throws {
        let lodge = try lodge()
        #expect(try await ctl(lodge, "show", "36E85-F51WJ").status == 0)
        #expect(!lodge.methods.contains("Requests.List"))
    }

    @Test("A beginning that several requests have lists them")
    func ambiguous() async throws {
        let (status, captured) = try await ctl(try lodge("36E85-F51WJ", "36E85-AAAAA"), "show", "36E8")
        #expect(status == 65)
        #expect(captured.diagnostics.contains("«\u{A0}36E8\u{A0}» peut désigner\u{A0}:"))
        #expect(captured.diagnostics.contains("36E85-AAAAA (Réception de colis, En garde, Élodie)"))
    }

    @Test("One command acts on several requests, with one line for each")
    func several() async throws {
        let lodge = try lodge()
        let (status, captured) = try await ctl(lodge, "act", "36E85-0000A", "36E85-0000C", "renvoyer")
        #expect(status == 0)
        #expect(lodge.methods.filter { $0 == "Requests.Act" }.count == 2)
        #expect(captured.lines.first == "36E85-0000A  Fait\u{A0}: Renvoyer (En garde).")
    }

    @Test("A refusal among several says which were done before it, and ends there")
    func refused() async throws {
        let lodge = try lodge()
        let (status, captured) = try await ctl(lodge, "act", "36E85-0000A,36E85-0000B,36E85-0000C", "renvoyer")
        #expect(status == 65)
        #expect(captured.diagnostics.hasPrefix("conciergectl\u{A0}: 36E85-0000B\u{A0}: Non.\n"))
        #expect(captured.diagnostics.contains("C’est fait pour\u{A0}: 36E85-0000A."))
        #expect(lodge.methods.filter { $0 == "Requests.Act" }.count == 2)
    }

    @Test("A service and an action are named as on the screen, shortened")
    func names() async throws {
        let lodge = try lodge()
        #expect(try await ctl(lodge, "act", "36E85-0000A", "Remet", "Code=42").status == 0)
        #expect(lodge.parameters(of: "Requests.Act")?["action"] == "hand-over")
        #expect(lodge.parameters(of: "Requests.Act")?["input"] == ["code": "42"])
    }
}

@Suite("A watch through a restart") struct WatchTests {
    @Test("A watch goes on after its last line when the daemon is back, and ends when it stays away")
    func resumes() async throws {
        let rounds = Mutex(0)
        let lodge = try CannedLodge([
            "Requests.Watch": { _ throws(VarlinkError) in
                if rounds.withLock({
                    $0 += 1; return $0
                }) == 2 {
                    return [["entry": CannedLodge.entry(2)]]
                }
                throw VarlinkError("org.concierged.Requests.Unavailable", ["reason": "the daemon is stopping"])
            }
        ])
        let captured = Captured()
        var status: Int32 = -1
        try await lodge.serve { socket in
            status = await Conciergectl.run(
                ["watch", "--after", "1"], on: captured.console(.fr, environment: ["CONCIERGE_SOCKET": socket]))
        }
        #expect(status == 0)
        #expect(captured.lines.first?.contains("délai\u{A0}: rappel") == true)
        #expect(captured.diagnostics.contains("J’attends son retour"))
        #expect(captured.diagnostics.contains("concierged est de retour."))
        #expect(lodge.parameters(of: "Requests.Watch")?["after"] == 1)
    }

    @Test("At a terminal lines name the residents and are wrapped, never cut")
    func names() async throws {
        let lodge = try CannedLodge()
        let captured = Captured()
        try await lodge.serve { socket in
            var console = captured.console(.fr, environment: ["CONCIERGE_SOCKET": socket])
            (console.isTerminal, console.width) = (true, 60)
            #expect(await Conciergectl.run(["watch"], on: console) == 0)
        }
        #expect(captured.output.contains("Élodie"))
        #expect(captured.lines.allSatisfy { $0.columns <= 60 })
        #expect(!captured.output.contains("…"))
    }
}
