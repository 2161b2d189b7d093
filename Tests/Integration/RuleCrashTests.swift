import Foundation
import Glibc
import JSON
import Testing
import Varlink

@Suite("A rule that crashes the daemon")
struct RuleCrashTests {
    @Test(
        "Three crashes of an action put its request in quarantine, for every kind of crash",
        arguments: [
            ("fatal", Int32.trap), ("index", .trap), ("overflow", .killed(by: SIGSEGV)),
            ("fault", .killed(by: SIGSEGV)),
        ])
    func action(trouble: String, status: Int32) async throws {
        let lodge = try TestLodge()
        var daemon = try lodge.start()
        let id = try await lodge.open(daemon)
        let other = try await lodge.open(daemon)
        let touch: JSONObject = ["id": id, "action": "touch", "input": ["trouble": .string(trouble)]]
        for count in 1...3 {
            #expect(try await lodge.provoke(daemon, "org.concierged.Requests.Act", touch) == status)
            daemon = try lodge.start()
            #expect(lodge.lines(with: "touch of request \(id.stringValue ?? "")", "crash \(count) of").count == 1)
        }
        let refusal = await #expect(throws: VarlinkError.self) {
            try await lodge.call(daemon, "org.concierged.Requests.Act", touch)
        }
        #expect(refusal?.name == "org.concierged.Requests.Refused")
        #expect(refusal?.parameters["text", "en"]?.stringValue?.contains("is in quarantine") == true)
        #expect(refusal?.parameters["text", "fr"]?.stringValue?.contains("est en quarantaine") == true)
        let shown = try await lodge.call(daemon, "org.concierged.Requests.Get", ["id": id])
        #expect(shown["request", "quarantine", "crashes"] == 3)
        #expect(shown["request", "quarantine", "event"] == "touch")
        // The signal is known even after a stack overflow, because the signal handler has a stack of its own.
        #expect(shown["request", "quarantine", "cause"] == (status == .trap ? .string(Int32.trapName) : "SIGSEGV"))
        #expect(shown["request", "actions"] == [])
        #expect(try await lodge.events(daemon, id) == ["open", "quarantine"])
        // The other request is served.
        let spared = try await lodge.call(
            daemon, "org.concierged.Requests.Act", ["id": other, "action": "spring"])
        #expect(spared["request", "state"] == "sprung")

        let released = try lodge.folder.tool("requests", "release", id.stringValue ?? "")
        #expect(released.status == 0, "\(released.errors)")
        let acted = try await lodge.call(daemon, "org.concierged.Requests.Act", ["id": id, "action": "spring"])
        #expect(acted["request", "state"] == "sprung")
        #expect(
            try await lodge.events(daemon, id) == ["open", "quarantine", "release", "spring"])
        #expect(daemon.stop() == 0)
    }

    @Test("A timer whose rule traps puts its request in quarantine, and everything else is served")
    func timer() async throws {
        let lodge = try TestLodge()
        var daemon = try lodge.start()
        let visit = try await lodge.call(
            daemon, "org.concierged.Requests.Open", ["service": "calm.visit", "input": ["stays": 1]])
        let visitID = try #require(visit["request", "id"])
        // Long enough for the reply to arrive before the timer fires.
        let id = try await lodge.open(daemon, ["fuse": "fatal", "burns": 300])
        #expect(await daemon.waitForEnd() == .trap)
        // The timer is due at each start and stops the next two lives before they can do anything else.
        for _ in 2...3 { #expect(try lodge.liveAndDie() == .trap) }
        daemon = try lodge.start()
        let shown = try await lodge.call(daemon, "org.concierged.Requests.Get", ["id": id])
        #expect(shown["request", "quarantine", "event"] == "timer:fuse")
        #expect(shown["request", "timers"]?.arrayValue?.count == 1)
        _ = try await lodge.waitFor(daemon, "org.concierged.Requests.Get", ["id": visitID]) {
            $0["request", "state"] == "gone"
        }
        let listed = try lodge.folder.tool("requests", "list", "--service", "crasher.trap")
        #expect(listed.output.contains("set (quarantined)"))
        #expect(try lodge.folder.tool("status").output.contains("1 request, 0 runs"))
        let card = try lodge.folder.tool("requests", "show", id.stringValue ?? "", language: "fr_FR.UTF-8")
        #expect(
            card.output.contains("3 plantages, le dernier pendant «\u{A0}timer:fuse\u{A0}» (\(Int32.trapName))"),
            "\(card.output)"
        )
        #expect(daemon.stop() == 0)

        // Once the mistake is fixed and the request released, the waiting timer fires.
        daemon = try lodge.start(mended: true)
        #expect(try lodge.folder.tool("requests", "release", id.stringValue ?? "").status == 0)
        _ = try await lodge.waitFor(daemon, "org.concierged.Requests.Get", ["id": id]) {
            $0["request", "state"] == "sprung"
        }
        #expect(
            try await lodge.events(daemon, id) == ["open", "quarantine", "release", "timer:fuse"])
        #expect(daemon.stop() == 0)
    }

    @Test("A rule for a run's end that traps puts its request in quarantine, and the run waits")
    func outcome() async throws {
        let lodge = try TestLodge()
        var daemon = try lodge.start()
        let id = try await lodge.open(daemon, ["outcome": "fatal"])
        #expect(
            try await lodge.provoke(daemon, "org.concierged.Requests.Act", ["id": id, "action": "run"]) == .trap)
        for _ in 2...3 { #expect(try lodge.liveAndDie() == .trap) }
        daemon = try lodge.start()
        let runs = try await lodge.call(daemon, "org.concierged.Tasks.ListRuns")
        let run = try #require(runs["runs"]?.arrayValue?.first?.objectValue)
        #expect(run["state"] == "queued")
        #expect(run["quarantine", "event"] == "run:crasher.work")
        await #expect(throws: VarlinkError.self) {
            try await lodge.call(daemon, "org.concierged.Tasks.CancelRun", ["id": try #require(run["id"])])
        }
        #expect(daemon.stop() == 0)

        daemon = try lodge.start(mended: true)
        #expect(try lodge.folder.tool("requests", "release", id.stringValue ?? "").status == 0)
        _ = try await lodge.waitFor(daemon, "org.concierged.Tasks.ListRuns") {
            $0["runs"]?.arrayValue?.first?.objectValue?["state"] == "succeeded"
        }
        #expect(try await lodge.events(daemon, id).last == "run:crasher.work")
        #expect(daemon.stop() == 0)
    }

    @Test("An endless rule is ended by the watchdog's SIGABRT, which counts as a crash")
    func endless() async throws {
        let lodge = try TestLodge()
        var daemon = try lodge.start()
        let id = try await lodge.open(daemon)
        for _ in 1...3 {
            let client = try await daemon.connect()
            async let reply = try? client.call(
                "org.concierged.Requests.Act", ["id": id, "action": "touch", "input": ["trouble": "endless"]])
            try await lodge.waitUntilInside("touch")
            #expect(daemon.end(with: SIGABRT) == .killed(by: SIGABRT))
            _ = await reply
            await client.close()
            daemon = try lodge.start()
        }
        let shown = try await lodge.call(daemon, "org.concierged.Requests.Get", ["id": id])
        #expect(shown["request", "quarantine", "cause"] == "aborted")
        #expect(daemon.stop() == 0)
    }

    @Test("A rule that gets the daemon killed, for example by using all memory, counts against its request alone")
    func killed() async throws {
        let lodge = try TestLodge()
        var daemon = try lodge.start()
        let id = try await lodge.open(daemon)
        let touch: JSONObject = ["id": id, "action": "touch", "input": ["trouble": "kill"]]
        for _ in 1...3 {
            #expect(try await lodge.provoke(daemon, "org.concierged.Requests.Act", touch) == .killed(by: SIGKILL))
            daemon = try lodge.start()
        }
        let shown = try await lodge.call(daemon, "org.concierged.Requests.Get", ["id": id])
        #expect(shown["request", "quarantine", "cause"] == "killed")
        #expect(daemon.stop() == 0)
    }

    @Test("SIGKILL and SIGABRT from outside while no rule runs, and a clean stop, do not count as crashes")
    func nothingCounts() async throws {
        let lodge = try TestLodge()
        for signal in [SIGKILL, SIGABRT, SIGTERM] {
            let daemon = try lodge.start()
            _ = try await lodge.open(daemon)
            daemon.end(with: signal)
        }
        let daemon = try lodge.start()
        #expect(lodge.lines(with: "crash 1 of").isEmpty)
        #expect(lodge.lines(with: "no provider is to blame").count == 2)
        #expect(daemon.stop() == 0)
    }

    @Test("A rule that takes over ten milliseconds is named in the journal, once a minute")
    func slow() async throws {
        let lodge = try TestLodge()
        let daemon = try lodge.start()
        let id = try await lodge.open(daemon)
        for _ in 1...2 {
            _ = try await lodge.call(
                daemon, "org.concierged.Requests.Act", ["id": id, "action": "touch", "input": ["trouble": "slow"]])
        }
        #expect(daemon.stop() == 0)
        let lines = lodge.lines(with: "touch of request \(id.stringValue ?? "") (crasher.trap) took")
        #expect(lines.count == 1, "\(lodge.folder.logText)")
        #expect(lines.first?.contains("provider=crasher") == true)
    }
}
