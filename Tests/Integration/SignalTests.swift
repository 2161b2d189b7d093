import Foundation
import JSON
import Testing

@Suite("A signal between two providers")
struct SignalTests {
    private func ring(_ lodge: TestLodge, _ daemon: DaemonProcess, _ tone: String) async throws -> String {
        let opened = try await lodge.call(
            daemon, "org.concierged.Requests.Open", ["service": "bells.bell", "input": ["tone": .string(tone)]])
        return try #require(opened["request", "id"]?.stringValue)
    }

    private func ears(_ lodge: TestLodge, _ daemon: DaemonProcess, _ count: Int) async throws -> [JSON] {
        let reply = try await lodge.waitFor(daemon, "org.concierged.Requests.List", ["service": "ears.ear"]) {
            $0["requests"]?.arrayValue?.count == count
        }
        return reply["requests"]?.arrayValue ?? []
    }

    @Test("The listener opens its request, and both histories name the other one in both languages")
    func histories() async throws {
        let lodge = try TestLodge()
        let daemon = try lodge.start()
        let bell = try await ring(lodge, daemon, "low")
        let ear = try #require(try await ears(lodge, daemon, 1)[0]["id"]?.stringValue)
        for (language, opened, following) in [
            ("C", "Opened on a signal", "Following request \(bell)."),
            ("fr_FR.UTF-8", "Ouverture sur un signal", "Suite à la demande \(bell)."),
        ] {
            let rung = try lodge.folder.tool("requests", "show", bell, language: language).output
            #expect(rung.contains("→ Ear \(ear)"), "\(rung)")
            let heard = try lodge.folder.tool("requests", "show", ear, language: language).output
            #expect(heard.contains(opened), "\(heard)")
            for shown in [rung, heard] { #expect(!shown.contains("bells.rung"), "a signal has no words for people") }
            #expect(heard.contains(following), "\(heard)")
        }
        #expect(daemon.stop() == 0)
    }

    @Test("What was raised before the daemon was killed is delivered once")
    func killed() async throws {
        let lodge = try TestLodge()
        for count in 1...4 {
            let daemon = try lodge.start()
            _ = try await ring(lodge, daemon, "\(count)")
            daemon.crash()
        }
        let daemon = try lodge.start()
        let tones = try await ears(lodge, daemon, 4).compactMap { $0["data"]?["tone"]?.stringValue }
        #expect(tones.sorted() == ["1", "2", "3", "4"])
        #expect(daemon.stop() == 0)
    }

    @Test("A signal waits for a listener that cannot be made, is shown, and is delivered when it is back")
    func away() async throws {
        let lodge = try TestLodge()
        var daemon = try lodge.start()
        #expect(daemon.stop() == 0)
        try lodge.folder.configure("lodge:\n  language: en\nproviders:\n  ears:\n    away: true\n")
        daemon = try lodge.start()
        let bell = try await ring(lodge, daemon, "low")
        let status = try await lodge.call(daemon, "org.concierged.Manager.Status")
        #expect(status["signals_unattended"] == 1)
        #expect(try lodge.folder.tool("status").output.contains("Signals waiting"))
        #expect(try lodge.folder.tool("requests", "show", bell).output.contains("signal → ears.ear"))
        #expect(daemon.stop() == 0)
        try lodge.folder.configure("lodge:\n  language: en\n")
        daemon = try lodge.start()
        #expect(try await ears(lodge, daemon, 1)[0]["data"]?["tone"] == "low")
        #expect(daemon.stop() == 0)
    }
}
