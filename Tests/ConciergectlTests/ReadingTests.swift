import Civil
import Foundation
import JSON
import Synchronization
import Testing
import Varlink
import Wording

@testable import conciergectl

/// Lists, searches, counts and dossiers against a real Varlink server, on 24 November 2026 at 09:00 in Paris.
@Suite("What staff look for, on the command line")
struct ReadingTests {
    private static func request(
        _ id: String, what: String, due: String? = nil, missed: String? = nil, state: String = "open",
        timer: Bool = false, data: JSON = ["tracking": "RB123456785GB"]
    ) -> JSON {
        let isLate = missed != nil
        let commitment: JSON = [
            "number": 1, "name": "fixed", "title": ["fr": "réparée", "en": "fixed"], "kind": "promise",
            "state": .string(state), "late": isLate ? true : nil, "since": "2026-11-20T08:00:00Z",
            "due": due.map(JSON.string) ?? .null, "missed_at": missed.map(JSON.string) ?? .null, "reopened": 0,
        ]
        return [
            "id": .string(id), "service": "parcel.reception", "state": "held", "open": true, "resident": "R-1",
            "known_resident": ["name": "Zoé Lefèvre", "dwelling": "A 12", "residence": "Les Tilleuls"],
            "opened_at": "2026-11-20T08:00:00Z", "data": data, "version": 1, "actions": [],
            "timers": timer ? [["name": "remind", "due": "2026-11-24T09:00:00Z"]] : [],
            "commitments": due == nil && missed == nil ? .null : [commitment],
            "headline": ["fr": .string(what), "en": .string(what)],
        ]
    }

    private static let late = request("R7KQ2-LATE0", what: "Fuite", missed: "2026-11-22T08:00:00Z")
    private static let soon = request("R7KQ2-SOON0", what: "Porte", due: "2026-11-24T11:00:00Z")
    private static let none = request("R7KQ2-NONE0", what: "Colis", timer: true)

    private func ctl(
        _ arguments: String..., in language: Language = .fr, width: Int? = nil, next: String? = nil,
        requests: [JSON] = [late, soon, none], answers: [String: [JSONObject]] = [:],
        console change: @escaping (inout Console) -> Void = { _ in }
    ) async throws -> (status: Int32, captured: Captured, lodge: CannedLodge) {
        let page: JSONObject =
            next.map { ["requests": .array(requests), "next": .string($0)] } ?? ["requests": .array(requests)]
        var all: [String: @Sendable (JSONObject) throws(VarlinkError) -> [JSONObject]] = [
            "Requests.List": { _ in [page] }, "Requests.Find": { _ in [page] },
        ]
        for (method, replies) in answers { all[method] = { _ in replies } }
        let lodge = try CannedLodge(all)
        let captured = Captured()
        var status: Int32 = -1
        try await lodge.serve { socket in
            var console = captured.console(language, environment: ["CONCIERGE_SOCKET": socket])
            console.width = width
            change(&console)
            status = await Conciergectl.run(arguments, on: console)
        }
        return (status, captured, lodge)
    }

    private func plain(_ text: String) -> String {
        text.replacing("\u{A0}", with: " ").replacing("\u{202F}", with: " ")
    }

    @Test("A list says what is promised and how late it is, not when the next timer is due")
    func due() async throws {
        let (status, captured, lodge) = try await ctl("requests", "list")
        #expect(status == 0)
        #expect(lodge.parameters(of: "Requests.List")?["sort"] == "due")
        let lines = captured.lines.map(plain)
        #expect(lines[0].hasSuffix("LOCATAIRE          ÉCHÉANCE"))
        #expect(lines[1].hasSuffix("en retard de 2 j"))
        #expect(lines[2].hasSuffix("dans 3 h"))
        #expect(lines[3].hasSuffix("Zoé Lefèvre, A 12"))
        let coloured = try await ctl("requests", "list", in: .en) { $0.colours = true }
        #expect(coloured.captured.lines[1].contains("\u{1B}[31mlate by 2 d\u{1B}[0m"))
        #expect(coloured.captured.lines[1].contains("\u{1B}[31mHeld\u{1B}[0m"))
    }

    @Test("The options are sent; a day of --until counts to its end")
    func filters() async throws {
        let (status, _, lodge) = try await ctl(
            "requests", "list", "--since", "1/11/2026", "--until", "2026-11-30", "--late", "--residence", "tilleuls",
            "--resident", "lefevre", "--sort", "opened")
        #expect(status == 0)
        let sent = lodge.parameters(of: "Requests.List")
        #expect(sent?["since"] == "2026-10-31T23:00:00Z")
        #expect(sent?["until"] == "2026-11-30T23:00:00Z")
        #expect(sent?["late"] == true && sent?["residence"] == "tilleuls" && sent?["sort"] == "opened")
        #expect(try await ctl("requests", "list", "--since", "bientôt").status == 65)
    }

    @Test("The next page is a command line to paste, and a limit above the daemon's is fetched in portions")
    func nextPage() async throws {
        let (_, captured, lodge) = try await ctl(
            "requests", "list", "--resident", "Mme Roux", "--limit", "3", "--after", "d1.2", next: "d5.7")
        #expect(
            plain(captured.diagnostics)
                == "Il y en a d’autres : conciergectl requests list --resident 'Mme Roux' --limit 3 --after d5.7\n"
                || plain(captured.diagnostics)
                    == "Il y en a d'autres : conciergectl requests list --resident 'Mme Roux' --limit 3 --after d5.7\n"
        )
        #expect(lodge.parameters(of: "Requests.List")?["after"] == "d1.2")
        let large = try await ctl("requests", "list", "--limit", "5000")
        #expect(large.lodge.parameters(of: "Requests.List")?["limit"] == 1000)
    }

    @Test("On a narrow terminal long cells go on below themselves, and with --wide in their line")
    func wide() async throws {
        let long = [Self.request("R7KQ2-LONG0", what: String(repeating: "Fuite sous l'évier ", count: 6))]
        let narrow = try await ctl("requests", "list", width: 80, requests: long)
        #expect(narrow.captured.lines.allSatisfy { $0.columns <= 80 })
        #expect(!narrow.captured.output.contains("…"))
        #expect(narrow.captured.lines.filter { !$0.isEmpty }.count > 2)
        let wide = try await ctl("requests", "list", "--wide", width: 80, requests: long)
        #expect(wide.captured.lines.filter { !$0.isEmpty }.count == 2)
    }

    @Test("What is longer than the screen goes through the pager, and what is not does not")
    func paged() async throws {
        let paged = Mutex("")
        let shown = try await ctl("requests", "list") { console in
            console.height = 4
            console.page = { text in
                paged.withLock { $0 = text }
                return true
            }
        }
        #expect(shown.captured.output.isEmpty)
        #expect(paged.withLock(\.self).contains("R7KQ2-LATE0"))
        let short = try await ctl("requests", "list") { console in
            console.height = 24
            console.page = { _ in false }
        }
        #expect(short.captured.output.contains("R7KQ2-LATE0"))
        #expect(Pager.show("", with: "concierge-no-such-pager") == false)
        #expect(Pager.show("x\n", with: "cat") == false)
    }

    @Test("A file for a spreadsheet has the records' members, French numbers and days, and no formulas")
    func csv() async throws {
        let odd: JSON = ["tracking": "=HYPERLINK(1)", "fee": "12.50", "since": "2026-11-24T05:00:00Z", "shelf": "A;3"]
        let (status, captured, _) = try await ctl(
            "requests", "list", "--csv",
            requests: [Self.request("R7KQ2-ODD00", what: "Colis", missed: "2026-11-24T06:30:00Z", data: odd)])
        #expect(status == 0)
        #expect(captured.output.hasPrefix("\u{FEFF}Demande;Service;Quoi;"))
        let lines = plain(captured.output).components(separatedBy: "\r\n")
        #expect(lines.count == 3)
        let call = try await ctl("requests", "list", "--csv").lodge.parameters(of: "Requests.List")
        #expect(call?["limit"] == 1000)
        #expect(lines[0].contains(";Numéro;Étagère;"))
        #expect(
            lines[1].hasPrefix("R7KQ2-ODD00;Réception de colis;Colis;En garde;oui;Les Tilleuls;;R-1;Zoé Lefèvre;A 12;"))
        #expect(lines[1].contains(";20/11/2026 09:00;;24/11/2026 07:30;1,5;"))
        #expect(lines[1].contains(";'=HYPERLINK(1);\"A;3\";"))
        #expect(lines[1].contains(";24/11/2026 06:00;"))
        #expect(lines[1].contains(";12,50"))
        #expect(try await ctl("requests", "list", "--csv", "--json").status == 64)
    }

    @Test("Counting says each group in words, how many are open and late, and their sums")
    func count() async throws {
        let groups: JSON = [
            ["values": ["parcel.reception", "held"], "count": 3, "open": 3, "late": 1],
            ["values": ["parcel.reception", "collected"], "count": 2, "open": 0, "late": 0],
        ]
        let (status, captured, lodge) = try await ctl(
            "requests", "list", "--by", "state", answers: ["Requests.Count": [["groups": groups]]])
        #expect(status == 0)
        #expect(lodge.parameters(of: "Requests.Count")?["by"] == ["service", "state"])
        #expect(
            captured.lines.map(plain).prefix(4) == [
                "SERVICE             ÉTAT      NOMBRE  OUVERTES  EN RETARD",
                "Réception de colis  En garde  3       3         1",
                "Réception de colis  Remis     2       0         0",
                "Total                         5       3         1",
            ])
        let one: JSON = [["values": ["La Poste"], "count": 3, "open": 3, "late": 0]]
        let csv = try await ctl(
            "requests", "list", "--by", "tracking", "--service", "parcel.reception", "--csv",
            answers: ["Requests.Count": [["groups": one]]])
        #expect(csv.captured.output == "\u{FEFF}Numéro;Nombre;Ouvertes;En retard\r\nLa Poste;3;3;0\r\n")
    }

    @Test("find sends its words as one search, and says that nothing was found")
    func find() async throws {
        let (status, captured, lodge) = try await ctl("find", "lefevre", "B", "204")
        #expect(status == 0)
        #expect(lodge.parameters(of: "Requests.Find")?["words"] == "lefevre B 204")
        #expect(captured.output.contains("R7KQ2-LATE0"))
        let none = try await ctl("find", "rien", requests: [])
        #expect(none.captured.output == "Aucune demande trouvée.\n")
    }

    @Test("show takes words that find one request; several are named with how to see all of them")
    func showByWords() async throws {
        let one: JSON = Self.request(CannedLodge.requestID, what: "Colis")
        let (status, captured, lodge) = try await ctl("requests", "show", "RB1234", "GB", requests: [one])
        #expect(status == 0)
        #expect(lodge.parameters(of: "Requests.Find")?["words"] == "RB1234 GB")
        #expect(captured.output.contains("RB123456785GB"))
        let several = try await ctl("requests", "show", "RB1234")
        #expect(several.status == 65)
        #expect(several.captured.diagnostics.contains("R7KQ2-LATE0  Fuite"))
        #expect(several.captured.diagnostics.contains("conciergectl find RB1234"))
        #expect(try await ctl("requests", "show", "R0", requests: []).status == 65)
    }

    @Test("A history says every word that was given, with the titles of the fields, within the width")
    func history() async throws {
        let story = "La voisine du dessus, Mme Roux, l'a pris avec sa carte d'identité et un mot signé de sa main."
        func entry(_ event: JSON, _ input: JSON, note: JSON = .null) -> JSON {
            [
                "seq": 1, "request": .string(CannedLodge.requestID), "service": "parcel.reception",
                "at": "2026-11-24T05:00:00Z", "actor": "lea", "event": event, "from": "held", "to": "held",
                "input": input, "note": note,
            ]
        }
        let entries: JSON = [
            entry(["kind": "open"], ["tracking": "RB123456785GB", "arrived": "2026-11-24T05:00:00Z"]),
            entry(["kind": "action", "name": "hand-over"], ["code": "4711", "override_reason": .string(story)]),
            entry(
                ["kind": "undo"], ["event": "hand-over", "by": "lea", "at": "2026-11-24T05:00:00Z"]),
            entry(["kind": "correct"], ["shelf": ["from": "A3", "to": "B2"]]),
            entry(
                ["kind": "notice", "name": "arrival"], ["to": "resident"],
                note: ["fr": .string("Bonjour,\nun colis vous attend. " + story), "en": "A parcel."]),
        ]
        let (status, captured, _) = try await ctl(
            "requests", "show", CannedLodge.requestID, width: 60,
            answers: ["Requests.Get": [["request": CannedLodge.request(), "history": entries]]])
        #expect(status == 0)
        let lines = captured.lines.map(plain)
        #expect(lines.contains("      Numéro : RB123456785GB"))
        #expect(lines.contains { $0.hasPrefix("      Arrivé : mardi 24 novembre") })
        #expect(lines.contains("      Code : 4711"))
        #expect(lines.contains("      Étagère : A3 → B2"))
        #expect(lines.contains("      Annulé : Remettre, par lea, mardi 24 novembre à 6 h"))
        #expect(lines.contains("      Bonjour,"))
        let history = lines.drop { $0 != "Historique" }
        #expect(history.allSatisfy { $0.columns <= 60 })
        let words = history.joined(separator: " ").split(separator: " ").joined(separator: " ")
        #expect(words.components(separatedBy: story).count == 3)
        #expect(!words.contains("…"))
    }

    @Test("A resident's dossier has their requests, offers and messages, and says which resident words mean")
    func dossier() async throws {
        let known: JSONObject = [
            "resident": [
                "id": "R-1", "name": "Zoé Lefèvre", "dwelling": "A 12", "residence": "Les Tilleuls", "language": "fr",
                "publics": ["senior"], "email": "", "phone": "0601020304",
            ],
            "dossier": ["channels": [], "reached_by": ["phone"], "absences": [], "consents": [], "mandates": []],
        ]
        let words = String(repeating: "Un colis vous attend à la loge. ", count: 4)
        let all: JSONObject = [
            "open": [Self.late], "closed": [], "followed": [Self.soon],
            "offers": [
                [
                    "service": "parcel.reception", "name": ["fr": "Réception de colis", "en": "Parcels"],
                    "offered": true,
                ],
                [
                    "service": "health.visit", "name": ["fr": "Visite", "en": "Visit"], "offered": false,
                    "obstacles": [["fr": "pour les seniors", "en": "for seniors"]],
                ],
            ],
            "messages": [
                [
                    "id": "9", "request": "R7KQ2-LATE0", "service": "parcel.reception", "at": "2026-11-20T08:00:00Z",
                    "name": "arrival", "state": "sent", "words": ["fr": .string(words), "en": "A parcel."],
                ]
            ],
            "more": false,
        ]
        let answers = ["Residents.Get": [known], "Requests.OfResident": [all]]
        let (status, captured, lodge) = try await ctl("residents", "show", "R-1", width: 80, answers: answers)
        #expect(status == 0)
        #expect(lodge.parameters(of: "Requests.OfResident") == ["resident": "R-1"])
        let lines = captured.lines.map(plain)
        #expect(lines.allSatisfy { $0.columns <= 80 })
        for line in [
            "Demandes ouvertes (1)", "Suivies, pour d'autres (1)", "Ce qui peut être demandé", "  Réception de colis",
            "  Visite : non ; pour les seniors", "Messages", "  20/11/2026 09:00  R7KQ2-LATE0  envoyé",
        ] { #expect(lines.map { $0.replacing("’", with: "'") }.contains(line), "\(line)") }
        #expect(!lines.contains { $0.contains("…") })
        let json = try await ctl("residents", "show", "R-1", "--json", answers: answers)
        let document = try JSON.parse(json.captured.output)
        #expect(document["resident"]?["id"] == "R-1")
        #expect(document["requests"]?["open"]?.arrayValue?.count == 1)
    }
}
