import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Testing

extension LedgerSuite {
    static let settings: [LedgerCheck.Kind] = [
        .init("Settings are kept with the next history line, as long as a line is left that they hold for") {
            try await $0.settingsAreKept()
        }
    ]

    private func settingsAreKept() async throws {
        try await withDirectory { directory in
            func settings(_ text: String) -> ServedSettings {
                ServedSettings(zone: "Europe/Paris", section: Array(#"{"words":"\#(text)"}"#.utf8))
            }
            let first = try await make(directory)
            #expect(try await first.settings() == [])
            try await first.save(["toy": settings("never used")])
            try await first.save(["toy": settings("a"), "other": settings("b")])
            let lines = try await first.put { changes in
                changes.requests.opened["r-1"] = request("r-1")
                changes.entries = [entry("r-1", .opened), entry("r-1", .action("ring"))]
            }
            let next = try #require(lines.last).seq + 1
            let ledger = try await reopen(first, in: directory)
            try await ledger.save(["toy": settings("c")])
            #expect(
                try await ledger.settings() == [
                    RecordedSettings(since: 1, provider: "other", settings: settings("b")),
                    RecordedSettings(since: 1, provider: "toy", settings: settings("a")),
                    RecordedSettings(since: next, provider: "toy", settings: settings("c")),
                ])
            await ledger.close()
        }
    }
}
