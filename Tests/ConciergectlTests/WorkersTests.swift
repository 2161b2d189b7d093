import JSON
import Testing
import Wording

@testable import conciergectl

@Suite("Workers, on the command line")
struct WorkersTests {
    /// What a command prints on a terminal of 80 columns, at a lodge with these workers.
    private func printed(
        _ arguments: String..., workers: JSON = [], language: Language = .fr
    ) async throws -> [String] {
        let lodge = try CannedLodge([
            "Work.List": { _ in [["workers": workers]] },
            "Tasks.List": { _ in
                [
                    [
                        "tasks": [
                            [
                                "id": "lodge.send-mail", "provider": "lodge",
                                "name": ["fr": "Envoyer un message", "en": "Send a message"], "fields": [],
                                "time_limit": 60, "attempts": 8, "priority": "normal", "outside": true, "workers": 0,
                            ]
                        ]
                    ]
                ]
            },
        ])
        let captured = Captured()
        try await lodge.serve { socket in
            var console = captured.console(language, environment: ["CONCIERGE_SOCKET": socket])
            console.width = 80
            #expect(await Conciergectl.run(arguments, on: console) == 0)
        }
        return captured.lines
    }

    private let workers: JSON = [
        [
            "id": "worker-3vh3lyf7bok7b", "name": "concierge-mail", "user": "concierge-mail",
            "since": "2026-11-24T07:58:00Z",
            "tasks": ["lodge.send-mail", "lodge.send-letter", "lodge.send-short-text"],
            "limit": 8,
            "runs": [
                [
                    "run": "35FV0-KPRMB", "attempt": 2, "task": "lodge.send-mail", "since": "2026-11-24T07:59:00Z",
                    "over": true,
                ]
            ],
        ],
        [
            "id": "worker-16qzqgl7rw3nu", "user": "concierge-mail", "since": "2026-11-24T07:59:00Z",
            "tasks": ["lodge.send-mail"], "limit": 0, "runs": [],
        ],
    ]

    @Test("Workers are listed with their tasks and what each has under way, within 80 columns, in both languages")
    func listed() async throws {
        let french = try await printed("workers", workers: workers)
        #expect(french.allSatisfy { $0.count <= 80 }, "\(french)")
        #expect(french[0].hasPrefix("EXÉCUTANT"))
        #expect(french[1].contains("1/8"))
        #expect(french[2].contains("0 (s’en va)"))
        #expect(french.contains { $0.hasPrefix("35FV0-KPRMB") && $0.contains("fini") })
        let english = try await printed("workers", workers: workers, language: .en)
        #expect(english.allSatisfy { $0.count <= 80 }, "\(english)")
        #expect(english.contains { $0.hasPrefix("35FV0-KPRMB") && $0.contains("over") })
        #expect(try await printed("workers").first == "Aucun exécutant n’est connecté.")
    }

    @Test("A task whose workers are all away says so")
    func away() async throws {
        let lines = try await printed("tasks")
        #expect(lines[1].hasSuffix("attend"))
        #expect(lines.allSatisfy { $0.count <= 80 })
    }
}
