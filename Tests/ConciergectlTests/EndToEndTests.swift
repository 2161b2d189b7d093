import JSON
import Testing
import Varlink
import Wording

@testable import conciergectl

/// Command lines against a real Varlink server.
@Suite struct EndToEndTests {
    /// Runs a command line against a lodge.
    private func ctl(
        _ arguments: String..., in language: Language = .en, lodge: CannedLodge? = nil
    ) async throws -> (status: Int32, captured: Captured, lodge: CannedLodge) {
        let lodge = try lodge ?? CannedLodge()
        let captured = Captured()
        var status: Int32 = -1
        try await lodge.serve { socket in
            status = await Conciergectl.run(
                arguments, on: captured.console(language, environment: ["CONCIERGE_SOCKET": socket]))
        }
        return (status, captured, lodge)
    }

    @Test("status prints the daemon's state and the provider that needs attention, in the person's language")
    func status() async throws {
        let (status, captured, _) = try await ctl("status", in: .fr)
        #expect(status == 0)
        #expect(
            captured.lines.first
                == "concierged-keys 1.2.3 (concierged 0.1.0), en service, depuis le mardi 24 novembre à 6\u{A0}h (il y a 3 h)"
        )
        #expect(captured.output.contains("Versions            health 2.0.1"))
        #expect(captured.output.contains("1 en service sur 2"))
        #expect(
            captured.output.contains("health (Santé)\u{A0}: en attente, «\u{A0}the calendar does not answer\u{A0}»"))
        #expect(captured.diagnostics.isEmpty)
    }

    @Test("With --json the reply is printed as received, and only one call is made")
    func json() async throws {
        let (status, captured, lodge) = try await ctl("requests", "show", CannedLodge.requestID, "--json")
        #expect(status == 0)
        let reply = try JSON.parse(captured.output)
        #expect(reply["request"]?["id"] == "R7KQ2-MX3AB")
        #expect(reply["history"]?.arrayValue?.count == 2)
        #expect(captured.lines.count == 2)
        #expect(lodge.methods == ["Requests.Get"])
    }

    @Test("--socket and --json are accepted before and after the command, and --socket overrides the environment")
    func options() async throws {
        let lodge = try CannedLodge()
        try await lodge.serve { socket in
            for arguments in [
                ["--socket", socket, "--json", "status"], ["status", "--socket", socket, "--json"],
                ["--json", "status", "--socket=\(socket)"],
            ] {
                let captured = Captured()
                let environment = ["CONCIERGE_SOCKET": "/nowhere"]
                let status = await Conciergectl.run(arguments, on: captured.console(environment: environment))
                #expect(status == 0)
                #expect(captured.output.hasPrefix(#"{"name":"concierged-keys","version":"1.2.3""#))
            }
        }
    }

    @Test("A request is corrected with typed values, and a field without a value is cleared")
    func correct() async throws {
        let (status, captured, lodge) = try await ctl("requests", "correct", CannedLodge.requestID, "shelf=")
        #expect(status == 0)
        #expect(captured.lines.first == "The request is corrected.")
        let sent = try #require(lodge.parameters(of: "Requests.Correct"))
        #expect(sent["input"] == ["shelf": .null])
        #expect(sent["idempotency_key"]?.stringValue?.hasPrefix("ctl-") == true)
        let other = try await ctl("requests", "correct", CannedLodge.requestID, "tracking=42")
        #expect(other.status != 0)
        #expect(other.captured.diagnostics.contains("there is no field \"tracking\""))
        #expect(other.lodge.parameters(of: "Requests.Correct") == nil)
    }

    @Test("A request's page says what can be corrected, and its history has both values in words")
    func corrected() async throws {
        let lodge = try CannedLodge([
            "Requests.Get": { _ in
                var line = CannedLodge.entry(1).objectValue ?? [:]
                line["event"] = ["kind": "correct"]
                line["input"] = ["shelf": ["from": "A3"]]
                return [["request": CannedLodge.request(), "history": [.object(line)]]]
            }
        ])
        let (_, captured, _) = try await ctl("requests", "show", CannedLodge.requestID, lodge: lodge)
        #expect(captured.output.contains("conciergectl requests correct R7KQ2-MX3AB shelf=…"))
        #expect(captured.output.contains("Shelf: A3 → –"))
    }

    @Test("A request is opened with typed values and a generated key, and its id is printed alone on a line")
    func open() async throws {
        let (status, captured, lodge) = try await ctl(
            "requests", "open", "parcel.reception", "tracking=42", "arrived=2026-11-24 09:00", "--resident", "Élodie")
        #expect(status == 0)
        let sent = try #require(lodge.parameters(of: "Requests.Open"))
        #expect(sent["input"] == ["tracking": "42", "arrived": "2026-11-24T08:00:00Z"])
        #expect(sent["resident"] == "Élodie")
        #expect(sent["idempotency_key"]?.stringValue?.hasPrefix("ctl-") == true)
        #expect(captured.lines.contains("  R7KQ2-MX3AB"))
        #expect(captured.output.contains("Timer: reminder  Friday 27 November, 09:00 (in 3 d)"))
    }

    @Test("An invalid field is reported before the request is opened")
    func openInvalid() async throws {
        let (status, captured, lodge) = try await ctl("requests", "open", "parcel.reception", "trakcing=42")
        #expect(status == 65)
        #expect(captured.output.isEmpty)
        #expect(captured.diagnostics.contains("did you mean \"tracking\"?"))
        #expect(!lodge.methods.contains("Requests.Open"))
    }

    @Test("An unknown service is reported with the nearest name")
    func unknownService() async throws {
        let (status, captured, _) = try await ctl("services", "parcel.recption")
        #expect(status == 65)
        #expect(captured.diagnostics.hasPrefix("conciergectl: there is no service \"parcel.recption\"; did you mean"))
    }

    @Test("An action is called with its fields and the given key")
    func act() async throws {
        let (status, captured, lodge) = try await ctl(
            "requests", "act", CannedLodge.requestID, "hand-over", "code=0042", "--idempotency-key", "k1")
        #expect(status == 0)
        let sent: JSONObject = [
            "id": "R7KQ2-MX3AB", "action": "hand-over", "input": ["code": "0042"], "idempotency_key": "k1",
        ]
        #expect(lodge.parameters(of: "Requests.Act") == sent)
        #expect(captured.lines.first == "Done: Hand over.")
        #expect(captured.output.contains("Collected (closed)"))
    }

    @Test("For a refused action the reason, the state and the possible actions are printed")
    func refused() async throws {
        let lodge = try CannedLodge([
            "Requests.Act": { _ throws(VarlinkError) in
                throw VarlinkError(
                    "org.concierged.Requests.Refused",
                    ["reason": "not-now", "text": ["fr": "Pas maintenant.", "en": "Not now."]])
            }
        ])
        let (status, captured, _) = try await ctl(
            "requests", "act", CannedLodge.requestID, "return", in: .fr, lodge: lodge)
        #expect(status == 65)
        #expect(captured.diagnostics.hasPrefix("conciergectl\u{A0}: Pas maintenant.\n"))
        #expect(captured.diagnostics.contains("  La demande est dans l’état «\u{A0}En garde\u{A0}».\n"))
        #expect(captured.diagnostics.contains("    hand-over  (Remettre)"))
    }

    @Test("An unknown action and an unknown request have messages of their own")
    func unknownAction() async throws {
        let action = try await ctl("requests", "act", CannedLodge.requestID, "hand-voer")
        #expect(action.status == 65)
        #expect(action.captured.diagnostics.contains("did you mean \"hand-over\"?"))
        let request = try await ctl("requests", "show", "R0")
        #expect(request.status == 65)
        #expect(request.captured.diagnostics.contains("check character"))
    }

    @Test("A request is shown with its record, its actions as commands and its history")
    func show() async throws {
        let (_, captured, _) = try await ctl("requests", "show", CannedLodge.requestID)
        #expect(captured.lines.first == "R7KQ2-MX3AB")
        #expect(captured.output.contains("Number on the label  RB123456785GB"))
        #expect(captured.output.contains("    conciergectl requests act R7KQ2-MX3AB hand-over code=…\n"))
        #expect(captured.output.contains("  2026-11-24 06:00  lea  timer: reminder  Held\n      Sent\n"))
    }

    @Test("A request whose provider has been removed is shown with its ids")
    func orphan() async throws {
        let lodge = try CannedLodge([
            "Manager.Services": { parameters throws(VarlinkError) in
                throw VarlinkError("org.concierged.Manager.NotFound", ["id": parameters["id"] ?? ""])
            }
        ])
        let (status, captured, _) = try await ctl("requests", "show", CannedLodge.requestID, lodge: lodge)
        #expect(status == 0)
        #expect(captured.output.contains("parcel.reception"))
        #expect(captured.output.contains("conciergectl requests act R7KQ2-MX3AB return\n"))
    }

    @Test("A list is printed as a table, its continuation on standard error, and an empty list as a sentence")
    func list() async throws {
        let all = try await ctl("requests", "list", "--limit", "1")
        #expect(
            all.captured.lines == [
                "REQUEST      WHAT              STATE  RESIDENT",
                "R7KQ2-MX3AB  Parcel reception  Held   Élodie", "",
            ])
        #expect(
            all.captured.diagnostics == "There are more: conciergectl requests list --limit 1 --after c9\n")
        #expect(all.lodge.parameters(of: "Requests.List") == ["sort": "due", "limit": 1])
        let none = try await ctl("requests", "list", "--service", "parcel.reception", "--open")
        #expect(none.captured.output == "No open requests.\n")
        #expect(
            none.lodge.parameters(of: "Requests.List") == ["service": "parcel.reception", "open": true, "sort": "due"])
    }

    @Test("A mistyped filter is an error, not an empty list")
    func filter() async throws {
        let service = try await ctl("requests", "list", "--service", "parcel.recepton")
        #expect(service.status == 65)
        let state = try await ctl("requests", "list", "--service", "parcel.reception", "--state", "hold")
        #expect(state.status == 65)
        #expect(state.captured.diagnostics.contains("did you mean \"held\"?"))
    }

    @Test("watch prints a line for each entry, and with --json each reply as received")
    func watch() async throws {
        let people = try await ctl("requests", "watch")
        #expect(people.status == 0)
        #expect(
            people.captured.lines == [
                "2026-11-24 06:00  R7KQ2-MX3AB  Parcel reception  Opened  → Held  lea",
                "2026-11-24 06:00  R7KQ2-MX3AB  Parcel reception  timer: reminder  Held  lea  Sent", "",
            ])
        let json = try await ctl("requests", "watch", "--json", "--after", "0")
        #expect(json.captured.lines.count == 3)
        #expect(json.captured.lines[1].hasPrefix(#"{"entry":{"seq":2,"#))
        #expect(json.lodge.methods == ["Requests.Watch"])
        #expect(json.lodge.parameters(of: "Requests.Watch") == ["after": 0])
    }

    @Test("A command ends without a message when the reader of its output has closed it")
    func closedOutput() async throws {
        var status: Int32 = -1
        let captured = Captured()
        let lodge = try CannedLodge()
        try await lodge.serve { socket in
            var console = captured.console(environment: ["CONCIERGE_SOCKET": socket])
            console.output = { _ in throw ClosedOutput() }
            status = await Conciergectl.run(["requests", "watch"], on: console)
        }
        #expect(status == 0)
        #expect(captured.diagnostics.isEmpty)
    }

    @Test("After a lost answer to a change, the command says how to repeat it safely")
    func lostAnswer() async throws {
        let lodge = try CannedLodge(lost: ["Requests.Open"])
        let (status, captured, _) = try await ctl(
            "requests", "open", "parcel.reception", "tracking=42", lodge: lodge)
        #expect(status == 69)
        let key = try #require(lodge.parameters(of: "Requests.Open")?["idempotency_key"]?.stringValue)
        #expect(captured.diagnostics.contains("Repeat the command with --idempotency-key \(key):"))
    }

    @Test("An interrupted watch says how to continue it")
    func lostWatch() async throws {
        let lodge = try CannedLodge(lost: ["Requests.Watch"])
        let (status, captured, _) = try await ctl(
            "requests", "watch", "--after", "7", "--service", "parcel.reception", lodge: lodge)
        #expect(status == 69)
        #expect(
            captured.diagnostics.contains("conciergectl requests watch --service parcel.reception --after 7\n"))
    }

    @Test("trigger returns once the run is queued; with --wait a failed run has status 70")
    func trigger() async throws {
        let queued = try await ctl("tasks", "trigger", "parcel.remind", "day=2026-11-24")
        #expect(queued.status == 0)
        #expect(queued.captured.lines.first == "The run is queued.")
        #expect(queued.lodge.parameters(of: "Tasks.Trigger")?["input"] == ["day": "2026-11-24"])
        let failed = try await ctl("tasks", "trigger", "parcel.remind", "day=2026-11-24", "--wait")
        #expect(failed.status == 70)
        #expect(failed.captured.output.contains("the carrier did not answer"))
        #expect(failed.captured.diagnostics.contains("conciergectl runs retry U9"))
        let unknown = try await ctl("tasks", "trigger", "parcel.remnd")
        #expect(unknown.status == 65)
        #expect(unknown.captured.diagnostics.contains("did you mean \"parcel.remind\"?"))
    }

    @Test("runs and tasks without a subcommand print lists; runs can be shown and retried")
    func runs() async throws {
        let runs = try await ctl("runs", "--state", "failed")
        #expect(runs.lodge.parameters(of: "Tasks.ListRuns") == ["state": "failed"])
        #expect(runs.captured.output.contains("U9   parcel.remind  failed  3/3"))
        let tasks = try await ctl("tasks")
        #expect(tasks.captured.output.contains("parcel.remind  Send reminders  day     2 min       3"))
        let shown = try await ctl("runs", "show", "U9", in: .fr)
        #expect(shown.captured.output.contains("réussi"))
        let retried = try await ctl("runs", "retry", "U9")
        #expect(retried.captured.output.contains("queued"))
    }

    @Test("Without permission the status is 77, for a bad configuration 78, and with --json the error is an object")
    func errors() async throws {
        let cancel = try await ctl("runs", "cancel", "U9")
        #expect(cancel.status == 77)
        let reload = try await ctl("reload")
        #expect(reload.status == 78)
        #expect(reload.captured.diagnostics.hasPrefix("conciergectl: the configuration is bad: line 3: no such key\n"))
        let json = try await ctl("--json", "reload")
        #expect(json.status == 78)
        #expect(
            json.captured.diagnostics == #"{"error":"org.concierged.Manager.BadConfiguration","#
                + #""parameters":{"reason":"line 3: no such key"}}"# + "\n")
    }

    @Test("A service is described in full, or by its diagram alone with --diagram")
    func services() async throws {
        let diagram = try await ctl("services", "parcel.reception", "--diagram")
        #expect(diagram.captured.output == "stateDiagram-v2\n  [*] --> held\n")
        let full = try await ctl("services", "parcel.reception", in: .fr)
        #expect(full.captured.output.contains("conciergectl requests open parcel.reception tracking=…\n"))
        #expect(full.captured.output.contains("  hand-over  Remettre  (En garde → Remis)\n"))
        #expect(full.captured.output.hasSuffix("\n\nFiches en version 1, empreinte 5b1e\n"))
    }

    @Test("The schedules are listed with their next elapse")
    func schedules() async throws {
        let (_, captured, _) = try await ctl("schedules")
        #expect(captured.lines[1] == "morning   Send reminders  every day at 07:30  2026-11-25 07:30 (in 23 h)")
    }
}
