import JSON
import Testing
import Wording

@testable import conciergectl

@Suite("What is noted of a resident, on the command line")
struct DossierTests {
    private static let dossier: JSON = [
        "channels": ["email", "phone"], "reached_by": ["phone"],
        "absences": [["from": "2026-12-24", "until": "2027-01-03"], ["from": "2027-07-01"]],
        "consents": [
            [
                "purpose": "fragile", "from": "2026-11-01", "recorded_by": "lea", "recorded_at": "2026-11-01T08:30:00Z",
                "counts": true,
            ],
            [
                "purpose": "appels canicule", "from": "2025-06-01", "until": "2025-09-30", "withdrawn": "2025-07-14",
                "recorded_by": "lea", "recorded_at": "2025-06-01T08:30:00Z", "withdrawn_by": "bea",
                "withdrawn_at": "2025-07-14T09:00:00Z", "counts": false,
            ],
            [
                "purpose": "photos", "from": "2026-01-01", "until": "2026-06-30", "recorded_by": "lea",
                "recorded_at": "2026-01-01T08:30:00Z", "counts": false,
            ],
        ],
        "mandates": [
            [
                "holder": "Zoé Martin", "email": "zoe.martin@example.org", "phone": "06 01 02 03 04",
                "services": ["parcel.reception"], "from": "2026-11-24", "until": "2027-06-30", "recorded_by": "lea",
                "recorded_at": "2026-11-24T08:00:00Z", "counts": true,
            ],
            [
                "holder": "Luc Petit", "resident": "R-002", "services": [], "from": "2026-01-01", "ended": "2026-06-01",
                "recorded_by": "lea", "recorded_at": "2026-01-01T08:30:00Z", "ended_by": "bea",
                "ended_at": "2026-06-01T10:00:00Z", "counts": false,
            ],
        ],
    ]

    private func run(
        _ arguments: [String], replies: [String: JSONObject], width: Int? = 80
    ) async throws -> (status: Int32, captured: Captured, lodge: CannedLodge) {
        let lodge = try CannedLodge(replies.mapValues { reply in { _ in [reply] } })
        let captured = Captured()
        var status: Int32 = -1
        try await lodge.serve { socket in
            var console = captured.console(.fr, environment: ["CONCIERGE_SOCKET": socket])
            console.width = width
            status = await Conciergectl.run(arguments, on: console)
        }
        return (status, captured, lodge)
    }

    @Test("A resident is shown with all that is noted, in French within 80 columns, each day as people say it")
    func shown() async throws {
        let resident: JSON = [
            "id": "R-001", "name": "Zoé Lefèvre", "dwelling": "A 12", "residence": "Les Tilleuls", "language": "fr",
            "publics": ["senior", "fragile"], "email": "", "phone": "0601020304", "moved_in": "2019-04-01",
        ]
        let (status, captured, _) = try await run(
            ["residents", "show", "R-001"],
            replies: ["Residents.Get": ["resident": resident, "dossier": Self.dossier]])
        #expect(status == 0)
        #expect(captured.lines.allSatisfy { $0.count <= 80 }, "\(captured.output)")
        let said = captured.output.replacing("\u{A0}", with: " ").replacing("\u{202F}", with: " ")
            .replacing("’", with: "'")
        for line in [
            "  Entrée       lundi 1er avril 2019", "Dossier",
            "  À joindre      téléphone (souhaité aussi, mais pas dans l'annuaire : courriel)",
            "  Absences       du jeudi 24 décembre au dimanche 3 janvier 2027",
            "                 à partir du jeudi 1er juillet 2027, retour inconnu",
            "  Consentements  « fragile » à partir du dimanche 1er novembre",
            "                   noté par lea le dimanche 1er novembre à 9 h 30",
            "                 « appels canicule » du dimanche 1er juin 2025 au mardi 30",
            "                   retiré à compter du lundi 14 juillet 2025, noté par bea le",
            "                 « photos » du jeudi 1er janvier au mardi 30 juin ; ne vaut pas",
            "  Mandats        Zoé Martin, pour Réception de colis, du mardi 24 novembre au",
            "                   zoe.martin@example.org, 06 01 02 03 04",
            "                 Luc Petit (R-002), pour tous les services, à partir du jeudi",
            "                   a pris fin le lundi 1er juin, noté par bea le lundi 1er juin",
        ] { #expect(said.contains(line + "\n") || said.hasSuffix(line), "\(line)\n\(said)") }
    }

    @Test(
        "Each command sends what was typed, with days in ISO, and says for whom it is noted",
        arguments: [
            (["channels", "r-1", "Phone", "letter"], "Prefer", ["channels": ["phone", "letter"]]),
            (["channels", "r-1", "--usual"], "Prefer", ["channels": []]),
            (
                ["absent", "r-1", "--from", "24/12/2026", "--until", "3.1.2027"], "Absent",
                ["from": "2026-12-24", "until": "2027-01-03"]
            ),
            (["absent", "r-1"], "Absent", [:]), (["back", "r-1", "--on", "2027-01-02"], "Back", ["on": "2027-01-02"]),
            (["consent", "r-1", "fragile"], "Agree", ["purpose": "fragile"]),
            (
                ["consent", "r-1", "fragile", "--withdraw", "--on", "1-2-2027"], "Withdraw",
                ["purpose": "fragile", "on": "2027-02-01"]
            ),
            (
                [
                    "mandate", "r-1", "--holder", "Zoé", "--email", "z@example.org", "--service", "a.b", "--service",
                    "c.d", "--until", "30/06/2027",
                ], "Empower",
                ["holder": "Zoé", "email": "z@example.org", "services": ["a.b", "c.d"], "until": "2027-06-30"]
            ),
            (["mandate", "r-1", "--resident", "r-2"], "Empower", ["holder_resident": "r-2"]),
            (["mandate", "r-1", "--holder", "Zoé", "--end"], "EndMandate", ["holder": "Zoé"]),
        ] as [([String], String, JSONObject)])
    func sent(_ arguments: [String], _ method: String, _ parameters: JSONObject) async throws {
        let reply: JSONObject = [
            "id": "R-1", "name": "Zoé Lefèvre",
            "dossier": [
                "channels": [], "reached_by": ["letter", "door"], "absences": [], "consents": [], "mandates": [],
            ],
        ]
        let (status, captured, lodge) = try await run(
            ["residents"] + arguments, replies: ["Dossiers.\(method)": reply])
        #expect(status == 0)
        var sent = try #require(lodge.parameters(of: "Dossiers.\(method)"))
        #expect(sent["idempotency_key"]?.stringValue?.hasPrefix("ctl-") == true)
        sent["idempotency_key"] = nil
        var expected = parameters
        expected["resident"] = "r-1"
        #expect(JSON.object(sent) == JSON.object(expected))
        #expect(captured.output.contains("C’est noté pour Zoé Lefèvre (R-1)."))
        #expect(captured.output.contains("boîte aux lettres, à la porte (ordre habituel)"))
    }

    @Test(
        "What does not go together is a mistake of usage, and nothing is sent",
        arguments: [
            ["channels", "r-1"], ["channels", "r-1", "door", "--usual"], ["consent", "r-1", "x", "--on", "1/1/2027"],
            ["consent", "r-1", "x", "--withdraw", "--until", "1/1/2027"], ["mandate", "r-1"],
            ["mandate", "r-1", "--holder", "A", "--end", "--email", "a@b.org"],
            ["mandate", "r-1", "--holder", "A", "--on", "1/1/2027"],
        ])
    func usage(_ arguments: [String]) async throws {
        let (status, _, lodge) = try await run(["residents"] + arguments, replies: [:])
        #expect(status == 64)
        #expect(lodge.methods.isEmpty)
    }
}
