import ConciergeKit
import Foundation
import JSON
import SQLiteLedger
import Testing
import Varlink

/// A lodge whose provider is upgraded. Each version is a separate build with its own program file.
private struct VersionsLodge {
    let folder: Folder

    init() throws { folder = try Folder() }

    private func program(_ version: String) throws -> String {
        let path = "\(folder.path)/lodge-\(version)"
        if !FileManager.default.fileExists(atPath: path) {
            // A child process copies it: a file that another test's child has inherited open for writing cannot be
            // executed.
            _ = try folder.run("/bin/cp", [Folder.program("versions-lodge"), path], environment: [:])
        }
        return path
    }

    func start(_ version: String) throws -> DaemonProcess {
        try Data().write(to: URL(fileURLWithPath: folder.log))
        return try DaemonProcess(in: folder, program: program(version), environment: ["TOYS": version])
    }

    func check(_ version: String) throws -> Folder.Ended {
        try folder.run(
            program(version), folder.daemonArguments + ["--check"],
            environment: ["TOYS": version, "PATH": "/usr/bin:/bin"])
    }

    /// Changes the ledger of a daemon that is not running.
    func change(_ sql: String) throws {
        let database = try SQLiteConnection(folder.state + "/ledger.sqlite", .writing)
        try database.execute(script: sql)
        database.close()
    }

    /// The version in which a request's record is stored.
    func storedVersion(of id: String) throws -> Int? {
        let number = try #require(RequestID(id)?.number)
        return try SQLiteConnection(folder.state + "/ledger.sqlite", .reading)
            .value("SELECT record_version FROM requests WHERE id = ?", [.int(number)])
    }
}

extension VarlinkClient {
    fileprivate func lend(_ toy: String, remind: Date? = nil) async throws -> String {
        var input: JSONObject = ["toy": .string(toy)]
        if let remind {
            input["remind"] = .string(remind.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        }
        let opened = try await call(
            "org.concierged.Requests.Open", ["service": "toy.loan", "input": .object(input)])
        return try #require(opened["request", "id"]?.stringValue)
    }

    fileprivate func act(_ id: String, _ action: String) async throws -> JSONObject {
        try await call("org.concierged.Requests.Act", ["id": .string(id), "action": .string(action)])
    }

    fileprivate func get(_ id: String) async throws -> JSONObject {
        try await call("org.concierged.Requests.Get", ["id": .string(id)])
    }

    fileprivate func provider(_ id: String) async throws -> JSONObject? {
        try await call("org.concierged.Manager.Providers")["providers"]?.arrayValue?
            .compactMap(\.objectValue).first { $0["id"]?.stringValue == id }
    }

    fileprivate func list(_ filter: JSONObject) async throws -> [String] {
        try await call("org.concierged.Requests.List", filter)["requests"]?.arrayValue?
            .compactMap { $0.objectValue?["id"]?.stringValue } ?? []
    }
}

@Suite("Upgrades and downgrades of a provider", .timeLimit(.minutes(20)))
struct VersionsTests {
    @Test("A new version continues the records, states, timers and history that the old one stored")
    func upgrade() async throws {
        let lodge = try VersionsLodge()
        var daemon = try lodge.start("v1")
        var client = try await daemon.connect()
        let later = Date(timeIntervalSinceNow: 3600)
        let (lent, parked, gone) = (
            try await client.lend("train", remind: later), try await client.lend("kite"),
            try await client.lend("ball")
        )
        _ = try await client.act(parked, "park")
        _ = try await client.act(gone, "return")
        await client.close()
        #expect(daemon.stop() == 0)

        let check = try lodge.check("v2")
        #expect(check.status == 0)
        #expect(check.output.contains("toy: can serve, and read all of its 3 stored requests; 2 will be brought up to"))
        daemon = try lodge.start("v2")
        #expect(await lodge.folder.hasLogged("toy: 2 requests were brought up to date"))
        client = try await daemon.connect()
        let shown = try await client.get(lent)["request"]?.objectValue
        #expect(shown?["data", "toy", "name"] == "train")
        #expect(shown?["timers"]?.arrayValue?.compactMap { $0.objectValue?["name"] } == ["remind"])
        let held = try await client.get(parked)
        #expect(held["request", "state"] == "on-hold")
        #expect(held["history"]?.arrayValue?.last?.objectValue?["event"]?.event == "upgrade")
        #expect(try await client.list(["service": "toy.loan", "state": "on-hold"]) == [parked])
        // If only its record is outdated, a request is upgraded when a rule changes it. Until then replies show its
        // record upgraded.
        #expect(try lodge.storedVersion(of: gone) == 1)
        #expect(try await client.get(gone)["request", "data", "toy", "name"] == "ball")
        _ = try await client.act(parked, "return")
        #expect(try lodge.storedVersion(of: parked) == 2)
        // A start of the same build checks no stored requests.
        await client.close()
        daemon.stop()
        daemon = try lodge.start("v2")
        #expect(!lodge.folder.logText.contains("were looked at"))
        daemon.stop()
    }

    @Test(
        "A provider that cannot read stored requests does not serve and reports how many, which and why; others serve",
        arguments: [
            ("v2-without-upgrade", "3 of 3", "its record (version 1) cannot be decoded: \"toy\" is not a"),
            ("v1-without-state", "1 of 3", "its state \"parked\" is not in the table"),
        ])
    func unreadable(version: String, count: String, reason: String) async throws {
        let lodge = try VersionsLodge()
        var daemon = try lodge.start("v1")
        var client = try await daemon.connect()
        let parked = try await client.lend("kite")
        _ = try await client.act(parked, "park")
        let before = try await client.get(parked)["request"]
        let lent = try await client.lend("train")
        _ = try await client.act(try await client.lend("ball"), "return")
        await client.close()
        daemon.stop()

        let check = try lodge.check(version)
        #expect(check.status == 78)
        #expect(check.output.contains("toy: cannot serve: \(count) stored requests cannot be read"))
        daemon = try lodge.start(version)
        #expect(await lodge.folder.hasLogged("toy does not serve: \(count) stored requests cannot be read"))
        client = try await daemon.connect()
        let provider = try #require(try await client.provider("toy"))
        #expect(provider["state"] == "set-aside")
        #expect(provider["unattended"] == 2)
        let said = try #require(provider["reason"]?.stringValue)
        #expect(said.contains("the first is \(parked) of toy.loan: \(reason)"))
        #expect(try await client.provider("calm")?["state"] == "serving")
        _ = try await client.call("org.concierged.Requests.Open", ["service": "calm.note", "input": [:]])
        let refused = await #expect(throws: VarlinkError.self) { try await client.act(parked, "return") }
        #expect(refused?.name == "org.concierged.Requests.Refused")
        #expect(try await client.get(parked)["request", "unattended"] == true)
        // Its services are not reported as unknown: the refusal states that the provider is set aside.
        let opening = await #expect(throws: VarlinkError.self) { try await client.lend("drum") }
        #expect(opening?.name == "org.concierged.Requests.Unavailable")
        #expect(opening?.parameters["text"]?["fr"]?.stringValue?.contains("est mis de côté") == true)
        for answer in [
            try lodge.folder.tool("requests", "open", "toy.loan", "toy=drum"),
            try lodge.folder.tool("services", "toy.loan"),
            try lodge.folder.tool("requests", "watch", "--service", "toy.loan"),
            try lodge.folder.tool("providers", "pause", "toy"),
        ] {
            #expect(answer.status == 69)
            #expect(answer.errors.contains("is set aside"), "\(answer.errors)")
        }
        #expect(try lodge.folder.tool("requests", "show", parked).status == 0)
        #expect(try lodge.folder.tool("providers", "pause", "toi").errors.contains("there is no provider \"toi\""))
        let status = try await client.call("org.concierged.Manager.Status")
        #expect(status["requests_unattended"] == 2)
        #expect(try lodge.folder.tool("status").output.contains("2 requests, 0 runs"))
        await client.close()
        daemon.stop()

        daemon = try lodge.start("v1")
        client = try await daemon.connect()
        #expect(try await client.get(parked)["request"] == before)
        #expect(try await client.act(lent, "return")["request", "state"] == "returned")
        await client.close()
    }

    @Test("After a downgrade, requests of the newer version are unchanged, and continue once it is installed again")
    func downgrade() async throws {
        let lodge = try VersionsLodge()
        var daemon = try lodge.start("v2")
        var client = try await daemon.connect()
        let id = try await client.lend("train")
        await client.close()
        daemon.stop()
        daemon = try lodge.start("v1")
        client = try await daemon.connect()
        let reason = try await client.provider("toy")?["reason"]?.stringValue
        #expect(reason?.contains("it was stored in version 2, and this build knows versions up to 1") == true)
        await client.close()
        daemon.stop()
        daemon = try lodge.start("v2")
        client = try await daemon.connect()
        #expect(try await client.act(id, "return")["request", "state"] == "returned")
        await client.close()
    }

    @Test("A provider that left the build leaves its requests unattended; overdue timers fire in order on its return")
    func absent() async throws {
        let lodge = try VersionsLodge()
        var daemon = try lodge.start("v1")
        var client = try await daemon.connect()
        let later = Date(timeIntervalSinceNow: 3600)
        let second = try await client.lend("train", remind: later + 1)
        let first = try await client.lend("kite", remind: later)
        _ = try await client.act(first, "bring")
        _ = try await client.act(try await client.lend("ball"), "return")
        var run: JSONObject = [:]
        repeat {
            let runs = try await client.call("org.concierged.Tasks.ListRuns")["runs"]?.arrayValue
            run = try #require(runs?.last?.objectValue)
        } while run["error"] == nil
        await client.close()
        daemon.crash()
        // Both timers come due while the provider is absent: this simulates two hours.
        try lodge.change("UPDATE timers SET due = due - 7200000 WHERE name = 'nag'")

        daemon = try lodge.start("absent")
        client = try await daemon.connect()
        #expect(try await client.list(["unattended": true]) == [first, second])
        #expect(try await client.list(["unattended": false]).isEmpty)
        #expect(try await client.get(first)["request", "unattended"] == true)
        let provider = try #require(try await client.provider("toy"))
        #expect(provider["state"] == "absent")
        #expect(provider["unattended"] == 2)
        let runs = try await client.call("org.concierged.Tasks.ListRuns")["runs"]?.arrayValue?.compactMap(\.objectValue)
        #expect(runs?.last?["unattended"] == true)
        let schedules = try await client.call("org.concierged.Manager.Schedules")["unattended"]?.arrayValue
        #expect(schedules?.first?.objectValue?["id"] == "toy.bring")
        #expect(await lodge.folder.hasLogged("2 open requests wait, nobody serves toy.loan"))
        #expect(try lodge.folder.tool("requests", "list", "--unattended").output.contains("lent (unattended)"))
        #expect(try lodge.folder.tool("requests", "show", first).output.contains("its provider does not serve"))
        let french = try lodge.folder.tool("providers", language: "fr_FR.UTF-8")
        #expect(french.output.contains("absent du programme"))
        #expect(try lodge.folder.tool("schedules").output.contains("(unattended)"))
        #expect(try lodge.folder.tool("runs").output.contains("queued (unattended)"))
        #expect(try lodge.check("absent").output.contains("toy.loan: 2 open requests will wait"))
        #expect(try await client.get(first)["history"]?.arrayValue?.count == 2)
        await client.close()
        daemon.stop()

        daemon = try lodge.start("v2")
        client = try await daemon.connect()
        var fired: [String?] = []
        for try await line in client.stream("org.concierged.Requests.Watch", ["after": 0]) {
            guard line["entry", "event"]?.event == "timer:remind" else { continue }
            fired.append(line["entry", "request"]?.stringValue)
            if fired.count == 2 { break }
        }
        #expect(fired == [first, second])
        await client.close()
        client = try await daemon.connect()
        _ = try await client.call("org.concierged.Tasks.RetryRun", ["id": try #require(run["id"])])
        for try await line in client.stream("org.concierged.Requests.Watch", ["after": 0]) {
            if line["entry", "event"]?.event == "run:toy.bring" { break }
        }
        await client.close()
        client = try await daemon.connect()
        #expect(try await client.get(first)["request", "data", "is_brought"] == true)
        #expect(try await client.call("org.concierged.Manager.Status")["requests_unattended"] == 0)
        await client.close()
    }
}
