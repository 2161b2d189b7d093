import Foundation
import Glibc
import JSON
import Testing
import Varlink

@Suite("A task or a provider that crashes the daemon")
struct ProviderCrashTests {
    @Test("Three crashes of a run put it in quarantine, and a retry begins it again", arguments: ["fatal", "overflow"])
    func run(trouble: String) async throws {
        let lodge = try TestLodge()
        var daemon = try lodge.start()
        let status: Int32 = trouble == "fatal" ? .trap : .killed(by: SIGSEGV)
        #expect(
            try await lodge.provoke(
                daemon, "org.concierged.Tasks.Trigger",
                ["task": "crasher.work", "input": ["trouble": .string(trouble)], "wait": true]) == status)
        for _ in 2...3 { #expect(try lodge.liveAndDie() == status) }
        daemon = try lodge.start()
        let runs = try await lodge.call(daemon, "org.concierged.Tasks.ListRuns")
        let run = try #require(runs["runs"]?.arrayValue?.first?.objectValue)
        let id = try #require(run["id"]?.stringValue)
        #expect(run["state"] == "queued")
        #expect(run["quarantine", "crashes"] == 3)
        #expect(run["quarantine", "event"] == "attempt 3")
        #expect(try lodge.folder.tool("runs", "list").output.contains("quarantined"))
        #expect(try lodge.folder.tool("runs", "show", id).output.contains("runs retry \(id)"))
        // Another run of the same task succeeds.
        let other = try await lodge.call(
            daemon, "org.concierged.Tasks.Trigger", ["task": "crasher.work", "wait": true])
        #expect(other["run", "state"] == "succeeded")

        #expect(
            try await lodge.provoke(daemon, "org.concierged.Tasks.RetryRun", ["id": .string(id)]) == status)
        #expect(lodge.lines(with: "the run \(id) is released from quarantine").count <= 1)
    }

    @Test("Only the run whose handler crashed is blamed, not the runs whose handlers ran at the same time")
    func oneOfTwo() async throws {
        let lodge = try TestLodge()
        var daemon = try lodge.start()
        let gate = lodge.folder.path + "/gate"
        let waiting = try await lodge.call(
            daemon, "org.concierged.Tasks.Trigger", ["task": "crasher.work", "input": ["wait_for": .string(gate)]])
        try await TestLodge.waitForFile(gate + ".waits")
        let innocent = try #require(waiting["run", "id"]?.stringValue)
        _ = try await lodge.provoke(
            daemon, "org.concierged.Tasks.Trigger",
            ["task": "crasher.work", "input": ["trouble": "fatal"], "wait": true])
        for _ in 2...3 { #expect(try lodge.liveAndDie() == .trap) }
        daemon = try lodge.start()
        #expect(lodge.lines(with: "is in quarantine after 3 crashes").count == 1)
        #expect(lodge.lines(with: innocent, "crash 1 of").isEmpty)
        try Data().write(to: URL(fileURLWithPath: gate))
        _ = try await lodge.waitFor(daemon, "org.concierged.Tasks.GetRun", ["id": .string(innocent)]) {
            $0["run", "state"] == "succeeded"
        }
        #expect(daemon.stop() == 0)
    }

    @Test("A crash on an unknown thread makes all running handlers suspects")
    func elsewhere() async throws {
        let lodge = try TestLodge()
        let daemon = try lodge.start()
        let gate = lodge.folder.path + "/gate"
        _ = try await lodge.call(
            daemon, "org.concierged.Tasks.Trigger", ["task": "crasher.work", "input": ["wait_for": .string(gate)]])
        try await TestLodge.waitForFile(gate + ".waits")
        _ = try await lodge.provoke(
            daemon, "org.concierged.Tasks.Trigger",
            ["task": "crasher.work", "input": ["trouble": "elsewhere"], "wait": true])
        #expect(await daemon.waitForEnd() == .trap)
        try Data().write(to: URL(fileURLWithPath: gate))
        // The other run begins again, and crashes again.
        #expect(try lodge.liveAndDie() == .trap)
        #expect(lodge.lines(with: "crash 1 of this run", "(one of 2 suspects)").count == 2)
    }

    @Test("After five crashes a provider is quarantined until its release: other providers serve, its requests wait")
    func openings() async throws {
        let lodge = try TestLodge()
        var daemon = try lodge.start()
        let id = try await lodge.open(daemon)
        for _ in 1...5 {
            let status = try await lodge.provoke(
                daemon, "org.concierged.Requests.Open",
                ["service": "crasher.trap", "input": ["trouble": "index"]])
            #expect(status == .trap)
            daemon = try lodge.start()
        }
        #expect(lodge.lines(with: "the opening of a crasher.trap", "crash 5 of this provider").count == 1)
        let table = try lodge.folder.tool("providers")
        #expect(table.output.contains("quarantined"), "\(table.output)")
        #expect(table.output.contains("5 crashes"), "\(table.output)")
        await #expect(throws: VarlinkError.self) { try await lodge.open(daemon) }
        await #expect(throws: VarlinkError.self) {
            try await lodge.call(daemon, "org.concierged.Requests.Act", ["id": id, "action": "spring"])
        }
        let visit = try await lodge.call(
            daemon, "org.concierged.Requests.Open", ["service": "calm.visit", "input": [:]])
        #expect(visit["request", "state"] == "there")
        #expect(try lodge.folder.tool("providers", "release", "calm").errors.contains("is not in quarantine"))
        #expect(try lodge.folder.tool("providers", "release", "nobody").status == 65)

        let released = try lodge.folder.tool("providers", "release", "crasher")
        #expect(released.status == 0, "\(released.errors)")
        #expect(released.output.contains("serving"))
        let acted = try await lodge.call(daemon, "org.concierged.Requests.Act", ["id": id, "action": "spring"])
        #expect(acted["request", "state"] == "sprung")
        #expect(daemon.stop() == 0)
        // The release is permanent, and the count has started again.
        daemon = try lodge.start()
        #expect(try await lodge.call(daemon, "org.concierged.Manager.Status")["providers_serving"] == 5)
        #expect(daemon.stop() == 0)
    }

    @Test(
        "A provider that traps while it is made is quarantined after five starts, and the sixth start serves the others",
        arguments: ["trap", "offer"])
    func start(where place: String) async throws {
        let lodge = try TestLodge(configuration: "providers:\n  fragile:\n    \(place): true\n")
        for _ in 1...5 { #expect(try lodge.liveAndDie() == .trap) }
        let daemon = try lodge.start()
        let status = try await lodge.call(daemon, "org.concierged.Manager.Status")
        #expect(status["providers_serving"] == 4)
        let shown = try await lodge.call(daemon, "org.concierged.Manager.Providers")
        let fragile = shown["providers"]?.arrayValue?.first { $0.objectValue?["id"] == "fragile" }?.objectValue
        #expect(fragile?["state"] == "quarantined")
        #expect(fragile?["quarantine", "event"] == "start")
        // A reload does not make the provider either.
        _ = try await lodge.call(daemon, "org.concierged.Manager.Reload")
        #expect(try await lodge.call(daemon, "org.concierged.Manager.Status")["providers_serving"] == 4)
        #expect(daemon.stop() == 0)

        let mended = try lodge.start(mended: true)
        _ = try await lodge.call(mended, "org.concierged.Manager.ReleaseProvider", ["id": "fragile"])
        #expect(try await lodge.call(mended, "org.concierged.Manager.Status")["providers_serving"] == 5)
        #expect(mended.stop() == 0)
    }

    @Test("A damaged or foreign crash file is renamed, and the daemon starts")
    func damaged() async throws {
        let lodge = try TestLodge()
        #expect(try lodge.start().stop() == 0)
        let path = lodge.folder.state + "/crash-slots"
        try Data("not a crash file".utf8).write(to: URL(fileURLWithPath: path))
        let daemon = try lodge.start()
        #expect(lodge.lines(with: "set aside as crash-slots.damaged").count == 1)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path + ".damaged")) == Data("not a crash file".utf8))
        #expect(daemon.stop() == 0)
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try? FileManager.default.removeItem(atPath: path + ".damaged")
        #expect(try lodge.start().stop() == 0)
    }
}
