import Foundation
import JSON
import Testing
import Varlink

@Suite("The progress of a run", .timeLimit(.minutes(20)))
struct ProgressTests {
    @Test("The progress of a run is reported to a caller that waits for it, watches it or reads it, and then its end")
    func told() async throws {
        let lodge = try TestLodge()
        let daemon = try lodge.start()
        let key = lodge.folder.path + "/key"
        let client = try await daemon.connect()
        var run: JSON?
        var last: JSONObject = [:]
        for try await reply in client.stream(
            "org.concierged.Tasks.Trigger",
            ["task": "calm.round", "wait": true, "input": ["doors": 5, "key": .string(key)]])
        {
            last = reply
            guard reply["run", "progress", "done"] == 3, run == nil else { continue }
            run = reply["run", "id"]
            #expect(reply["run", "progress", "total"] == 5)
            #expect(reply["run", "progress", "text", "fr"] == "porte 3")
            let shown = try lodge.folder.tool("runs", "show", try #require(run?.stringValue), language: "fr_FR.UTF-8")
            #expect(shown.output.contains("3/5  60 %  porte 3"), "\(shown.output)")
            // Another client watches the run.
            let other = try await daemon.connect()
            for try await seen in other.stream("org.concierged.Tasks.WatchRun", ["id": try #require(run)]) {
                #expect(seen["run", "progress", "done"] == 3)
                break
            }
            await other.close()
            try Data().write(to: URL(fileURLWithPath: key))
        }
        #expect(last["run", "id"] == run)
        #expect(last["run", "state"] == "succeeded")
        // The progress is not kept after the attempt.
        let now = try await client.call("org.concierged.Tasks.GetRun", ["id": try #require(run)])
        #expect(now["run", "progress"] == nil)
        await client.close()
        daemon.stop()
    }

    @Test("On a terminal the progress is shown as a bar, which is erased at the end")
    func bar() async throws {
        let lodge = try TestLodge()
        let daemon = try lodge.start()
        let key = lodge.folder.path + "/key"
        let screen = lodge.folder.path + "/screen"
        // script(1) runs a program on a terminal and writes the program's output to a file.
        let tool = try ChildProcess(
            "/usr/bin/script",
            [
                "--quiet", "--flush", "--return", "--command",
                "\(Folder.program("conciergectl")) tasks trigger calm.round doors=5 key=\(key) --wait", screen,
            ],
            environment: ["CONCIERGE_SOCKET": lodge.folder.socket, "LC_ALL": "C", "PATH": "/usr/bin:/bin"])
        func written() -> String { (try? String(contentsOfFile: screen, encoding: .utf8)) ?? "" }
        let middle = "[████████████········] 3/5  60 %  door 3"
        // Another process writes this file, so it is polled.
        while !written().contains(middle) { try await Task.sleep(for: .milliseconds(5)) }
        try Data().write(to: URL(fileURLWithPath: key))
        #expect(tool.wait() == 0)
        let text = written()
        let end = try #require(text.range(of: "The run has succeeded."))
        #expect(text[..<end.lowerBound].hasSuffix("\r\u{1B}[K"))
        #expect(text[end.upperBound...].contains("all doors"))
        daemon.stop()
    }
}
