import Foundation
import JSON
import SQLiteLedger
import Synchronization
import Testing
import Varlink

@Suite("Backups, retention, full disks and a wrong clock in the real process")
struct StorageTests {
    private func open(_ client: VarlinkClient, _ number: Int) async throws -> JSON {
        let reply = try await client.call(
            "org.concierged.Requests.Open",
            ["service": "parcel.reception", "resident": "apt-12", "input": ["tracking": .string("X\(number)")]])
        return try #require(reply["request", "id"])
    }

    @Test(
        "After the clock was ahead, schedules continue, nothing is deleted, and the daemon logs both"
    )
    func clockAhead() async throws {
        let folder = try Folder()
        var daemon = try DaemonProcess(in: folder)
        var client = try await daemon.connect()
        let id = try await open(client, 1)
        _ = try await client.call(
            "org.concierged.Requests.Act", ["id": id, "action": "return", "input": ["reason": "unknown"]])
        await client.close()
        daemon.stop()
        let years = 3 * 365 * 86_400_000 as Int64
        let database = try SQLiteConnection(folder.state + "/ledger.sqlite", .writing)
        // The schedules as that clock left them, and records that are years old by that clock.
        try database.execute("UPDATE schedules SET next = next + ?", [.int(years)])
        try database.execute("UPDATE history SET at = at - ?", [.int(years)])
        try database.execute(
            "UPDATE requests SET opened_at = opened_at - ?1, closed_at = closed_at - ?1", [.int(years)])
        database.close()
        daemon = try DaemonProcess(in: folder)
        client = try await daemon.connect()
        let schedules = try await client.call("org.concierged.Manager.Schedules")
        let next = try #require(schedules["schedules"]?.arrayValue).compactMap { $0.objectValue?["next"]?.stringValue }
        #expect(next.count == 7)
        // The rarest of the schedules elapses once a month.
        let soon = Date(timeIntervalSinceNow: 32 * 86_400).ISO8601Format()
        #expect(next.allSatisfy { $0 < soon })
        #expect(await folder.hasLogged("the clock was ahead: parcel.shelf-audit was to elapse next at"))
        for _ in 0..<500 {
            if folder.logText.contains("nothing is deleted for its age") { break }
            _ = try await client.call("org.concierged.Manager.Status")
        }
        #expect(await folder.hasLogged("nothing is deleted for its age"))
        #expect(try await client.call("org.concierged.Requests.Get", ["id": id])["request", "state"] == "returned")
        await client.close()
    }

    // MARK: Backup and restore

    @Test("A backup made under load is complete, and a restore has every request acknowledged before it")
    func backupUnderLoad() async throws {
        let daemon = try DaemonProcess(in: Folder())
        let client = try await daemon.connect()
        var before: [JSON] = []
        for number in 0..<50 { before.append(try await open(client, number)) }
        let isOver = Atomic(false)
        let load = Task {
            let other = try await daemon.connect()
            var number = 1000
            while !isOver.load(ordering: .relaxed) {
                _ = try await open(other, number)
                number += 1
            }
            await other.close()
        }
        let file = daemon.folder.path + "/copy.sqlite"
        let made = try daemon.folder.tool("backup", file)
        isOver.store(true, ordering: .relaxed)
        _ = await load.result
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.output.contains("The ledger is backed up to \(file)"))
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let left = try FileManager.default.contentsOfDirectory(atPath: daemon.folder.state)
        #expect(!left.contains("backup"))
        await client.close()
        daemon.stop()

        let other = try Folder()
        let restored = try other.daemon(["--restore", file])
        #expect(restored.status == 0, "\(restored.errors)")
        let again = try DaemonProcess(in: other)
        let reader = try await again.connect()
        for id in before {
            let shown = try await reader.call("org.concierged.Requests.Get", ["id": id])
            #expect(shown["request", "state"] == "held")
            #expect(shown["history"]?.arrayValue?.count == 2)
        }
        await reader.close()
    }

    @Test("A backup replaces an existing file only with --force, and a failed backup leaves no file")
    func existingFile() throws {
        let daemon = try DaemonProcess(in: Folder())
        let folder = daemon.folder
        let file = folder.path + "/copy.sqlite"
        try Data("mine".utf8).write(to: URL(fileURLWithPath: file))
        let refused = try folder.tool("backup", file, language: "fr_FR.UTF-8")
        #expect(refused.status == 73)
        #expect(refused.errors.contains("existe déjà"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data("mine".utf8))
        #expect(try folder.tool("backup", file, "--force").status == 0)
        #expect(try folder.daemon(["--restore", file, "--state-dir", folder.path + "/fresh"]).status == 0)

        #expect(try folder.tool("backup", folder.path + "/missing/copy.sqlite").status == 73)
        daemon.crash()
        let unreachable = try folder.tool("backup", folder.path + "/none.sqlite")
        #expect(unreachable.status == 69)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!left.contains { $0.contains("partial") || $0.hasPrefix("none") })
    }

    @Test("A client that disconnects during a backup leaves no file, and the next client receives its own backup")
    func abandoned() async throws {
        let daemon = try DaemonProcess(in: Folder())
        let client = try await daemon.connect()
        for number in 0..<50 { _ = try await open(client, number) }
        let first = try await daemon.connect()
        for try await reply in first.stream("org.concierged.Manager.Backup") where reply["state"] == "sending" { break }
        await first.close()
        // The daemon may receive the second call before it notices that the first client is gone. Until then it reports
        // that a backup is under way.
        var stages: [JSON] = []
        while stages.last != "done" {
            let second = try await daemon.connect()
            stages = []
            do {
                for try await reply in second.stream("org.concierged.Manager.Backup") {
                    stages.append(try #require(reply["state"]))
                }
            } catch let error as VarlinkError {
                #expect(error.name == "org.concierged.Manager.Unavailable")
            }
            await second.close()
        }
        #expect(stages.first == "copying" && stages.contains("checking"))
        let left = try FileManager.default.contentsOfDirectory(atPath: daemon.folder.state)
        #expect(!left.contains("backup"))
        await #expect(throws: VarlinkError.expectedMore) {
            try await client.call("org.concierged.Manager.Backup")
        }
        await client.close()
    }

    @Test(
        "A restore that fails ends with its own status and leaves the state directory as it was",
        arguments: [("text", 65), ("cut", 65), ("nowhere", 66), ("used", 73), ("living", 69)] as [(String, Int32)])
    func refusedRestore(what: String, status: Int32) throws {
        let daemon = try DaemonProcess(in: Folder())
        let folder = daemon.folder
        let file = folder.path + "/copy.sqlite"
        #expect(try folder.tool("backup", file).status == 0)
        if what != "living" { daemon.stop() }
        let whole = try Data(contentsOf: URL(fileURLWithPath: file))
        let source: [String: Data] = ["text": Data("nothing of the kind".utf8), "cut": whole.prefix(whole.count / 2)]
        if let data = source[what] { try data.write(to: URL(fileURLWithPath: file)) }
        let isIntoOwn = what == "used" || what == "living"
        let state = isIntoOwn ? folder.state : folder.path + "/fresh"
        let ended = try folder.daemon(
            ["--restore", what == "nowhere" ? file + "-not" : file, "--state-dir", state])
        #expect(ended.status == status, "\(ended.errors)")
        #expect(ended.errors.hasPrefix("concierged: "))
        let left = try FileManager.default.contentsOfDirectory(atPath: state)
        #expect(left.contains("ledger.sqlite") == isIntoOwn)
        #expect(!left.contains { $0.contains("partial") })
    }

    // MARK: Retention

    @Test("The pruner deletes expired requests at start, keeps the others, and logs how many it deleted")
    func retention() async throws {
        let folder = try Folder()
        var daemon = try DaemonProcess(in: folder)
        var client = try await daemon.connect()
        let (old, kept) = (try await open(client, 1), try await open(client, 2))
        _ = try await client.call(
            "org.concierged.Requests.Act", ["id": old, "action": "return", "input": ["reason": "unknown"]])
        await client.close()
        daemon.stop()
        // As if it had been closed three years ago.
        let database = try SQLiteConnection(folder.state + "/ledger.sqlite", .writing)
        try database.execute("UPDATE requests SET closed_at = closed_at - 94608000000 WHERE is_open = 0")
        database.close()

        daemon = try DaemonProcess(in: folder)
        client = try await daemon.connect()
        while true {
            do {
                _ = try await client.call("org.concierged.Requests.Get", ["id": old])
            } catch let error as VarlinkError {
                #expect(error.name == "org.concierged.Requests.NotFound")
                break
            }
        }
        #expect(try await client.call("org.concierged.Requests.Get", ["id": kept])["request", "open"] == true)
        await client.close()
        daemon.stop()
        #expect(await folder.hasLogged("kept for long enough and deleted: 1 closed request, 0 runs, 0 answers"))
    }

    // MARK: A full disk

    /// Opens requests until the daemon refuses; returns the last that was acknowledged and the refusal.
    private func fill(_ client: VarlinkClient, from first: Int) async throws -> (last: JSON, VarlinkError) {
        var last: JSON?
        for number in first..<(first + 20_000) {
            do {
                last = try await open(client, number)
            } catch let error as VarlinkError {
                return (try #require(last), error)
            }
        }
        throw TestFailure("the disk never got full")
    }

    private func expectTrouble(_ daemon: DaemonProcess, _ error: VarlinkError, last: JSON) async throws {
        #expect(error.name == "org.concierged.Requests.Unavailable")
        #expect(error.parameters["text", "fr"]?.stringValue?.contains("plus de place") == true)
        #expect(daemon.waitForStatus { $0.contains("no room left") })
        let folder = daemon.folder
        let client = try await daemon.connect()
        // Reads succeed, every acknowledged request exists, and all changes are refused alike.
        #expect(try await client.call("org.concierged.Requests.Get", ["id": last])["request", "state"] == "held")
        // A small change may still fit where a larger one does not.
        let refusal = await #expect(throws: VarlinkError.self) {
            for _ in 0..<100 {
                _ = try await client.call("org.concierged.Tasks.Trigger", ["task": "parcel.shelf-audit"])
            }
        }
        #expect(refusal?.name == "org.concierged.Tasks.Unavailable")
        await client.close()
        #expect(try folder.tool("status").output.contains("Reading only"))
        let french = try folder.tool(
            "requests", "open", "parcel.reception", "--resident", "apt-12", "tracking=F1", language: "fr_FR.UTF-8")
        #expect(french.status == 69)
        #expect(french.errors.contains("il n’y a plus de place sur le disque du registre"))
    }

    private func expectRecovery(_ daemon: DaemonProcess, last: JSON) async throws {
        #expect(daemon.waitForStatus { $0.hasPrefix("Serving 4 of 4") })
        let client = try await daemon.connect()
        _ = try await open(client, 999_999)
        #expect(try await client.call("org.concierged.Requests.Get", ["id": last])["request", "open"] == true)
        #expect(try await client.call("org.concierged.Manager.Status")["store_trouble"] == nil)
        await client.close()
        #expect(daemon.stop() == 0)
        // The problem is logged once when it begins and once when it ends, however many calls were refused.
        let lines = daemon.folder.logText.split(separator: "\n")
        #expect(lines.count { $0.contains("no room left") } == 1)
        #expect(lines.count { $0.contains("takes changes again") } == 1)
    }

    /// Limits how many bytes the files that a daemon writes may have (prlimit(1), `RLIMIT_FSIZE`).
    private func limitFiles(of daemon: DaemonProcess, to limit: String) throws {
        let limited = try ChildProcess(
            "/usr/bin/prlimit", ["--pid", "\(daemon.pid)", "--fsize=\(limit)"], environment: [:])
        #expect(limited.wait() == 0)
    }

    @Test(
        "If the ledger's files cannot grow, changes are refused, reads succeed, and the daemon recovers by itself",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/prlimit")), .timeLimit(.minutes(20)))
    func fileLimit() async throws {
        let daemon = try DaemonProcess(
            in: Folder(), through: ["/usr/bin/prlimit", "--fsize=600000:unlimited"])
        let client = try await daemon.connect()
        let (last, error) = try await fill(client, from: 0)
        try await expectTrouble(daemon, error, last: last)
        await client.close()
        try limitFiles(of: daemon, to: "unlimited:unlimited")
        try await expectRecovery(daemon, last: last)
    }

    /// Whether this machine allows mounting a file system in a separate namespace.
    private static let mayMount: Bool = {
        let tried = try? ChildProcess(
            "/usr/bin/unshare", unshared + ["/bin/mount", "-t", "tmpfs", "none", "/mnt"], environment: [:])
        return tried?.wait() == 0
    }()

    private static let unshared = ["--user", "--map-root-user", "--mount", "--"]

    @Test(
        "On a full disk changes are refused, reads succeed, no acknowledged request is lost, and the daemon recovers",
        .enabled(if: mayMount), .timeLimit(.minutes(20)))
    func fullDisk() async throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(atPath: folder.state, withIntermediateDirectories: false)
        let script = """
            mount -t tmpfs -o size=6m none "$0" && head -c 4000000 /dev/zero >"$0/ballast" && exec "$@"
            """
        let daemon = try DaemonProcess(
            in: folder,
            through: ["/usr/bin/unshare"] + Self.unshared + ["/bin/sh", "-c", script, folder.state])
        let client = try await daemon.connect()
        let (last, error) = try await fill(client, from: 0)
        try await expectTrouble(daemon, error, last: last)
        await client.close()
        // The directory as it appears in the daemon's namespace.
        let inside = ["/proc", "\(daemon.pid)", "root"].joined(separator: "/")
        try FileManager.default.removeItem(atPath: inside + folder.state + "/ballast")
        try await expectRecovery(daemon, last: last)
    }

    @Test(
        "Timers that come due while the disk is full fire once each after space is freed",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/prlimit")), .timeLimit(.minutes(20)))
    func dueMeanwhile() async throws {
        let folder = try Folder(configuration: HeldSlot.configuration(heldFor: "40s"))
        let daemon = try DaemonProcess(in: folder)
        let client = try await daemon.connect()
        let opened = try await client.call("org.concierged.Requests.Open", HeldSlot.opening())
        let last = try #require(opened["request", "id"])
        // Long before its timer is due, also on a machine that runs all tests at once.
        // From here on nothing can be written to the log, however long it is already.
        try limitFiles(of: daemon, to: "4096:unlimited")
        await #expect(throws: VarlinkError.self) { _ = try await open(client, 2) }
        #expect(daemon.waitForStatus { $0.contains("no room left") })
        // The request's timer comes due by the wall clock while nothing can be written.
        let shown = try await client.call("org.concierged.Requests.Get", ["id": last])
        let due = try #require(shown["request", "timers"]?.arrayValue?.first?.objectValue?["due"]?.stringValue)
        let moment = try Date(due, strategy: .iso8601.year().month().day().time(includingFractionalSeconds: true))
        await withCheckedContinuation { continuation in
            DispatchQueue.global().asyncAfter(wallDeadline: .now() + moment.timeIntervalSinceNow + 0.01) {
                continuation.resume()
            }
        }
        #expect(try await client.call("org.concierged.Requests.Get", ["id": last])["request", "state"] == "pending")
        try limitFiles(of: daemon, to: "unlimited:unlimited")
        var events: [String?] = []
        let watcher = try await daemon.connect()
        for try await line in watcher.stream("org.concierged.Requests.Watch", ["after": 0])
        where line["entry", "request"] == last {
            guard let event = line["entry", "event"]?.event, !event.hasPrefix("run:") else { continue }
            events.append(event)
            if event == "notice:released" { break }
        }
        #expect(events == HeldSlot.events)
        await watcher.close()
        await client.close()
    }

    @Test(
        "A start with a read-only state directory fails with status 74 and the reason",
        .enabled(if: mayMount))
    func readOnlyAtStart() throws {
        let folder = try Folder()
        try DaemonProcess(in: folder).stop()
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.state + "/ledger.sqlite"))
        let script = """
            mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"
            """
        let ended = try folder.run(
            "/usr/bin/unshare",
            Self.unshared + ["/bin/sh", "-c", script, folder.state, Folder.program("concierged")]
                + folder.daemonArguments,
            environment: ["PATH": "/usr/bin:/bin"])
        #expect(ended.status == 74)
        #expect(ended.errors.contains("the ledger cannot be opened: Read-only file system"), "\(ended.errors)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.state + "/ledger.sqlite")) == before)
    }
}
