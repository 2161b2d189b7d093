import Foundation
import JSON
import Testing
import Varlink

@Suite("The end of a provider", .timeLimit(.minutes(3)))
struct ProviderEndTests {
    private let lodge: TestLodge

    init() throws { lodge = try TestLodge() }

    /// What became of the instances so far.
    private func life() -> [String] {
        let path = lodge.folder.path + "/state/providers/calm/life"
        return (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n").map(String.init) ?? []
    }

    /// Waits until another process has written so many lines.
    private func life(of count: Int) async throws -> [String] {
        while life().count < count { try await Task.sleep(for: .milliseconds(5)) }
        return life()
    }

    @Test("It is told once that a reload has put another in its place, and once that the daemon stops")
    func reloadAndStop() async throws {
        let daemon = try lodge.start()
        #expect(life() == ["made 1"])
        #expect(try lodge.folder.tool("reload").status == 0)
        #expect(try await life(of: 3) == ["made 1", "made 2", "ended 1"])
        daemon.stop()
        #expect(life() == ["made 1", "made 2", "ended 1", "ended 2"])
    }

    @Test("It is told after the last of its handlers has returned, which may be long after the reload")
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
            // What the new instance serves is served now, and the old one is inside.
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

    @Test("One that a refused reload has made is told at once, and the one that serves goes on")
    func refusedReload() async throws {
        let daemon = try lodge.start()
        try lodge.folder.configure("providers:\n  fragile:\n    trap: 7 o'clock\n")
        #expect(try lodge.folder.tool("reload").status == 78)
        #expect(life() == ["made 1", "made 2", "ended 2"])
        daemon.stop()
        #expect(life().last == "ended 1")
    }
}
