import Foundation
import JSON
import Testing
import Varlink

@Suite("The end of a provider", .timeLimit(.minutes(20)))
struct ProviderEndTests {
    private let lodge: TestLodge

    init() throws { lodge = try TestLodge() }

    /// The events of the provider's instances so far.
    private func life() -> [String] {
        let path = lodge.folder.path + "/state/providers/calm/life"
        return (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n").map(String.init) ?? []
    }

    /// Waits until another process has written this number of lines.
    private func life(of count: Int) async throws -> [String] {
        while life().count < count { try await Task.sleep(for: .milliseconds(5)) }
        return life()
    }

    @Test("A provider is notified once that a reload has replaced it, and once that the daemon stops")
    func reloadAndStop() async throws {
        let daemon = try lodge.start()
        #expect(life() == ["made 1"])
        #expect(try lodge.folder.tool("reload").status == 0)
        #expect(try await life(of: 3) == ["made 1", "made 2", "ended 1"])
        daemon.stop()
        #expect(life() == ["made 1", "made 2", "ended 1", "ended 2"])
    }

    @Test("A provider is notified after the last of its handlers has returned, even if that is long after the reload")
    func afterHandlers() async throws {
        let daemon = try lodge.start()
        let key = lodge.folder.path + "/key"
        let client = try await daemon.connect()
        var ended: [String] = []
        for try await reply in client.stream(
            "org.concierged.Tasks.Trigger",
            ["task": "calm.round", "wait": true, "input": ["doors": 3, "key": .string(key)]])
        {
            guard reply["run", "progress", "done"] == 2, ended.isEmpty else { continue }
            #expect(try lodge.folder.tool("reload").status == 0)
            // The new instance serves requests, while a handler of the old one is still running.
            _ = try await lodge.call(daemon, "org.concierged.Requests.Open", ["service": "calm.visit", "input": [:]])
            ended = life()
            try Data().write(to: URL(fileURLWithPath: key))
        }
        await client.close()
        #expect(ended == ["made 1", "made 2"])
        #expect(try await life(of: 3).last == "ended 1")
        daemon.stop()
        #expect(life().last == "ended 2")
    }

    @Test("A provider that a refused reload has made is notified at once, and the serving one continues")
    func refusedReload() async throws {
        let daemon = try lodge.start()
        try lodge.folder.configure("providers:\n  fragile:\n    trap: 7 o'clock\n")
        #expect(try lodge.folder.tool("reload").status == 78)
        #expect(life() == ["made 1", "made 2", "ended 2"])
        daemon.stop()
        #expect(life().last == "ended 1")
    }
}
