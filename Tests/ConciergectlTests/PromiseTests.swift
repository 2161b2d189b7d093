import JSON
import Testing
import Varlink
import Wording

@testable import conciergectl

/// `conciergectl promise` against a real Varlink server.
@Suite struct PromiseTests {
    private static let long =
        "Pause du mardi 30\u{A0}mars à 8\u{A0}h au mercredi 31\u{A0}mars à 8\u{A0}h (attente de pièces)\u{A0}: "
        + "le mardi 30\u{A0}mars ne compte pas."

    private static func steps(_ count: Int) -> JSON {
        .array(Array(repeating: ["fr": .string(long), "en": "A step."], count: count))
    }

    /// Runs a command line against a lodge whose promises are due on 2 April 2027.
    private func ctl(
        _ arguments: String..., in language: Language = .en, due: JSON? = "2027-04-02T15:30:00Z"
    ) async throws -> (status: Int32, captured: Captured, lodge: CannedLodge) {
        let lodge = try CannedLodge([
            "Commitments.Explain": { _ in
                var reply: JSONObject = ["outcome": due == nil ? "never" : "due", "steps": Self.steps(2)]
                if let due { reply["due"] = due }
                return [reply]
            }
        ])
        let captured = Captured()
        var status: Int32 = -1
        try await lodge.serve { socket in
            status = await Conciergectl.run(
                ["promise"] + arguments, on: captured.console(language, environment: ["CONCIERGE_SOCKET": socket]))
        }
        return (status, captured, lodge)
    }

    @Test("The term, the calendar, the start and the pauses are sent, times without an offset as local ones")
    func sent() async throws {
        let (status, _, lodge) = try await ctl(
            "5", "working", "days", "--calendar", "gardiens", "--from", "2027-03-25T15:00",
            "--pause", "2027-03-30T08:00..2027-03-31T06:00:00Z=waiting for parts = long", "--pause",
            "2027-04-01T08:00..", "--safety")
        #expect(status == 0)
        #expect(
            lodge.parameters(of: "Commitments.Explain") == [
                "term": "5 working days", "calendar": "gardiens", "from": "2027-03-25T14:00:00Z",
                "pauses": [
                    [
                        "from": "2027-03-30T06:00:00Z", "to": "2027-03-31T06:00:00Z",
                        "reason": "waiting for parts = long",
                    ],
                    ["from": "2027-04-01T06:00:00Z"],
                ],
                "pausable": false,
            ])
    }

    @Test("Seasons are sent as they are typed")
    func seasons() async throws {
        let (status, _, lodge) = try await ctl(
            "3 working days", "--season", "1/11..30/4=1 working day", "--season", "1/7..31/8=5 working days")
        #expect(status == 0)
        #expect(
            lodge.parameters(of: "Commitments.Explain")?["seasons"] == [
                "1/11..30/4=1 working day", "1/7..31/8=5 working days",
            ])
    }

    @Test("The sentences are printed in the person's language, in lines of at most 80 columns")
    func printed() async throws {
        let (status, captured, _) = try await ctl("5 jours ouvrés", in: .fr)
        #expect(status == 0)
        #expect(captured.lines.count == 5)
        #expect(captured.lines.allSatisfy { $0.columns <= 80 })
        #expect(captured.lines[1].hasPrefix("  "))
        #expect(captured.lines[..<2].map { $0.drop { $0 == " " } }.joined(separator: " ") == Self.long)
        let english = try await ctl("5 working days").captured
        #expect(english.output == "A step.\nA step.\n")
    }

    @Test("With --json the due moment is always there, null where there is none")
    func json() async throws {
        let due = try JSON.parse(try await ctl("24 hours", "--json").captured.output)
        #expect(due["due"] == "2027-04-02T15:30:00Z")
        #expect(due["steps"]?.arrayValue?.count == 2)
        let never = try JSON.parse(try await ctl("24 hours", "--json", due: nil).captured.output)
        #expect(never.objectValue?["due"] == .null)
        #expect(never["outcome"] == "never")
    }

    @Test(
        "A time or a pause that is none ends with status 65, and nothing is sent",
        arguments: [
            ["--from", "soon"], ["--pause", "tomorrow"], ["--pause", "2027-03-30T08:00..soon"],
            ["--pause", "2027-03-30T08:00"], ["--from", "2027-03-28T02:30"],
        ])
    func badInput(_ options: [String]) async throws {
        let captured = Captured()
        #expect(await Conciergectl.run(["promise", "24 hours"] + options, on: captured.console()) == 65)
        #expect(captured.diagnostics.contains(options[0]))
    }

    @Test("What the daemon does not accept ends with status 65 and its reason")
    func refused() async throws {
        let lodge = try CannedLodge([
            "Commitments.Explain": { _ throws(VarlinkError) in
                throw VarlinkError(
                    "org.concierged.Commitments.InvalidInput",
                    [
                        "field": "calendar", "reason": "no",
                        "text": ["fr": "il n'y a pas de calendrier « x »", "en": "there is no working calendar \"x\""],
                    ])
            }
        ])
        let captured = Captured()
        try await lodge.serve { socket in
            let console = captured.console(environment: ["CONCIERGE_SOCKET": socket])
            #expect(await Conciergectl.run(["promise", "24 hours", "--calendar", "x"], on: console) == 65)
        }
        #expect(captured.diagnostics.contains("\"calendar\": there is no working calendar \"x\""))
    }
}
