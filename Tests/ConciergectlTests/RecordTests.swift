import Civil
import JSON
import Testing
import Varlink
import Wording

@testable import conciergectl

@Suite("A request's record, as staff read it")
struct RecordTests {
    /// The lines of `requests show` for a request with this record.
    private func record(
        _ data: JSON, _ language: Language = .en, _ arguments: [String] = [], in zone: String? = nil,
        served: Bool = true, history: [JSON] = []
    ) async throws -> [String] {
        let reply: JSONObject = ["request": CannedLodge.request(data: data), "history": .array(history)]
        let lodge =
            served
            ? try CannedLodge(["Requests.Get": { _ in [reply] }])
            : try CannedLodge([
                "Requests.Get": { _ in [reply] },
                "Manager.Services": { parameters throws(VarlinkError) in
                    throw VarlinkError("org.concierged.Manager.NotFound", ["id": parameters["id"] ?? ""])
                },
            ])
        let captured = Captured()
        try await lodge.serve { socket in
            var console = captured.console(language, environment: ["CONCIERGE_SOCKET": socket])
            if zone == "UTC" { console.zone = .utc }
            let status = await Conciergectl.run(["requests", "show", CannedLodge.requestID] + arguments, on: console)
            #expect(status == 0)
        }
        return captured.lines.map { $0.replacing("\u{A0}", with: " ").replacing("\u{202F}", with: " ") }
    }

    private let data: JSON = [
        "tracking": "RB123456785GB", "visit": ["2026-12-03T13:00:00Z", "2026-12-03T14:30:00Z"],
        "kept": [0, 7_200_000_000_000_000_000], "since": "2026-11-24T05:00:00Z", "days": ["2026-12-01", "2026-12-02"],
        "fee": "12.50", "big": false, "tries": 3, "parts": [["size": 1]],
    ]

    @Test("Each value is said as its kind is said, in both languages")
    func kinds() async throws {
        let french = try await record(data, .fr)
        #expect(french.contains("  Numéro      RB123456785GB"))
        #expect(french.contains("  Passage     jeudi 3 décembre, 14 h – 15 h 30"))
        #expect(french.contains("  Gardé       7 secondes"))
        #expect(french.contains("  Depuis      mardi 24 novembre à 6 h"))
        #expect(french.contains("  Jours       mardi 1er décembre et mercredi 2 décembre"))
        #expect(french.contains("  Frais       12,50 €"))
        #expect(french.contains("  Encombrant  non"))
        let english = try await record(data)
        #expect(english.contains("  Visit                Thursday 3 December, 14:00 – 15:30"))
        #expect(english.contains("  Fee                  €12.50"))
        #expect(english.contains("  Bulky                no"))
    }

    @Test("A range of time beyond midnight has both days, and one of another year the year")
    func ranges() async throws {
        let night = try await record(["visit": ["2026-12-03T21:00:00Z", "2026-12-04T01:00:00Z"]], .fr)
        #expect(night.contains("  Passage  jeudi 3 décembre, 22 h – vendredi 4 décembre, 2 h"))
        let next = try await record(["visit": ["2027-01-07T13:00:00Z", "2027-01-07T14:00:00Z"]])
        #expect(next.contains("  Visit  Thursday 7 January 2027, 14:00 – 15:00"))
    }

    @Test("Times of the record are in the lodge's zone, whatever the zone of the terminal")
    func lodgeZone() async throws {
        let lines = try await record(data, in: "UTC")
        #expect(lines.contains("  Visit                Thursday 3 December, 14:00 – 15:30"))
        #expect(lines.contains { $0.contains("Tuesday 24 November, 05:00") })
    }

    @Test("What has no title is not shown, and --json has it")
    func untitled() async throws {
        let lines = try await record(data)
        #expect(
            !lines.contains { $0.contains("tries") || $0.contains("parts") || $0.contains("{") || $0.contains("[") })
        #expect(try await record(data, .en, ["--json"]).joined().replacing(" ", with: "").contains("\"tries\":3"))
    }

    @Test("A value that does not fit its kind is not shown as JSON")
    func misfit() async throws {
        let lines = try await record(["tracking": ["no": "text"], "visit": ["2026-12-03T13:00:00Z"], "shelf": "A3"])
        #expect(lines.contains("  Shelf  A3"))
        #expect(!lines.contains { $0.contains("Number on the label  ") || $0.contains("Visit") })
    }

    @Test("If the provider does not serve, the record is shown under its stored names, and still without JSON")
    func unattended() async throws {
        let lines = try await record(data, served: false)
        #expect(lines.contains("  tracking  RB123456785GB"))
        #expect(lines.contains("  tries     3"))
        #expect(!lines.contains { $0.contains("visit") || $0.contains("[") })
    }

    @Test("A history names notices, tasks and what of the daemon did something, in the reader's language")
    func history() async throws {
        func entry(_ actor: String, _ event: JSON, _ input: JSON = .null) -> JSON {
            [
                "seq": 1, "request": .string(CannedLodge.requestID), "service": "parcel.reception",
                "at": "2026-11-24T05:00:00Z", "actor": .string(actor), "event": event, "to": "held", "input": input,
            ]
        }
        let lines = try await record(
            data, .fr,
            history: [
                entry("timer", ["kind": "timer", "name": "remind"]),
                entry("lea", ["kind": "notice", "name": "arrival"], ["to": "resident"]),
                entry("lea", ["kind": "notice", "name": "late"], ["to": "staff"]),
                entry("run", ["kind": "run", "name": "parcel.remind"]),
            ])
        let said = lines.filter { $0.contains("24/11/2026 06:00  ") }.map { $0.split(separator: "  ").dropFirst() }
        #expect(
            said.map { $0.map { $0.trimmingPrefix(" ") } }.map { Array($0.prefix(2)) } == [
                ["minuterie", "délai : rappel"], ["lea", "message"], ["lea", "message à l’équipe"],
                ["traitement", "tâche : Rappeler"],
            ])
    }
}
