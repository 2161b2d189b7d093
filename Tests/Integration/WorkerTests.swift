import ConciergeWorker
import Foundation
import Glibc
import JSON
import Synchronization
import Testing
import Varlink

/// A worker that a test plays call by call.
final class PlayedWorker: Sendable {
    let id: String
    private let runs: VarlinkClient
    let reports: VarlinkClient
    private let replies: Mutex<AsyncThrowingStream<JSONObject, any Error>>

    init(_ daemon: DaemonProcess, _ tasks: [String], limit: Int = 1) async throws {
        runs = try await daemon.connect()
        reports = try await daemon.connect()
        let stream = runs.stream(
            "org.concierged.Work.Take", ["tasks": .array(tasks.map { .string($0) }), "limit": .int(Int64(limit))])
        var first: JSONObject?
        for try await reply in stream {
            first = reply
            break
        }
        id = try #require(first?["worker"]?.stringValue)
        replies = Mutex(stream)
    }

    /// The next event that the daemon sends; nil once the stream has ended in order.
    func next() async throws -> JSONObject? {
        let stream = replies.withLock(\.self)
        for try await reply in stream { return reply }
        return nil
    }

    func job() async throws -> JSONObject { try #require(try await next()?["job"]?.objectValue) }

    func call(_ method: String, _ job: JSONObject, _ more: JSONObject = [:]) async throws -> JSONObject {
        var parameters: JSONObject = ["worker": .string(id)]
        parameters["run"] = job["run"]
        parameters["attempt"] = job["attempt"]
        for (name, value) in more { parameters[name] = value }
        return try await reports.call("org.concierged.Work.\(method)", parameters)
    }

    func carried(_ job: JSONObject, pieces: JSON = 1) async throws {
        _ = try await call("Finish", job, ["outcome": "succeeded", "answer": ["pieces": pieces]])
    }

    /// Cuts the connection that gives out runs, as the end of the process does.
    func die() async {
        await runs.close()
        await reports.close()
    }
}

@Suite("Workers", .timeLimit(.minutes(20)))
struct WorkerTests {
    private let lodge: TestLodge

    init() throws { lodge = try TestLodge() }

    private func trigger(_ daemon: DaemonProcess, _ task: String, _ input: JSONObject = [:]) async throws -> JSON {
        let reply = try await lodge.call(
            daemon, "org.concierged.Tasks.Trigger", ["task": .string(task), "input": .object(input)])
        return try #require(reply["run", "id"])
    }

    private func run(_ id: JSON?, _ daemon: DaemonProcess) async throws -> JSONObject {
        try await lodge.call(daemon, "org.concierged.Tasks.GetRun", ["id": id ?? ""])
    }

    private func ended(_ id: JSON, _ daemon: DaemonProcess) async throws -> JSONObject {
        try await lodge.waitFor(daemon, "org.concierged.Tasks.GetRun", ["id": id]) { $0["run", "finished_at"] != nil }
    }

    /// The name of the error that a call is refused with, without the interface.
    private func refusal(_ body: () async throws -> Void) async throws -> String {
        do {
            try await body()
            return "nothing"
        } catch let error as VarlinkError {
            let name = error.name.split(separator: ".").last.map(String.init) ?? ""
            return [name, error.parameters["field"]?.stringValue].compactMap(\.self).joined(separator: " ")
        }
    }

    // MARK: The protocol

    @Test("A run waits for a worker, and the worker of the documents, in Python, executes it")
    func python() async throws {
        let daemon = try lodge.start()
        let waiting = try await trigger(daemon, "calm.carry", ["pieces": 3])
        #expect(try await run(waiting, daemon)["run", "waits_for_worker"] == true)
        #expect(try lodge.folder.tool("tasks").output.contains("waits for one"))
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/worker.py").standardized.path
        let worker = try ChildProcess(
            "/usr/bin/python3", [script, lodge.folder.socket, "calm.carry"], environment: [:], output: lodge.folder.log,
            errors: lodge.folder.log)
        let ended = try await ended(waiting, daemon)
        #expect(ended["run", "state"] == "succeeded")
        #expect(ended["run", "attempt"] == 1)
        #expect(ended["run", "data", "pieces"] == 3)
        #expect(ended["run", "outcome", "fr"] == "Porté.")
        #expect(try lodge.folder.tool("workers").output.contains("worker.py"))
        worker.end(with: SIGKILL)
        daemon.stop()
    }

    @Test("concierge-mail executes a task that sends mail, and refuses an address that is none for good")
    func mail() async throws {
        let daemon = try lodge.start()
        let drop = lodge.folder.path + "/mails"
        try FileManager.default.createDirectory(atPath: drop, withIntermediateDirectories: false)
        let worker = try ChildProcess(
            Folder.program("concierge-mail"),
            [
                "work", "--socket", lodge.folder.socket, "--drop", drop, "--from", "loge@example.org", "--task",
                "calm.mail",
            ],
            environment: [:], output: lodge.folder.log, errors: lodge.folder.log)
        let sent = try await trigger(
            daemon, "calm.mail",
            ["to": "zoe@example.org", "name": "Zoé", "subject": "Un colis", "text": "Il vous attend."])
        #expect(try await ended(sent, daemon)["run", "state"] == "succeeded")
        let files = try FileManager.default.contentsOfDirectory(atPath: drop)
        #expect(files == ["\(try #require(sent.stringValue)).eml"])
        let refused = try await trigger(
            daemon, "calm.mail", ["to": "zoe", "subject": "Un colis", "text": "Il vous attend."])
        #expect(try await ended(refused, daemon)["run", "state"] == "failed")
        #expect(worker.end(with: SIGTERM) == 0)
        daemon.stop()
    }

    @Test("When the connection of a worker ends, another gets its run, and the first can end it no more")
    func lost() async throws {
        let daemon = try lodge.start()
        let id = try await trigger(daemon, "calm.carry")
        let first = try await PlayedWorker(daemon, ["calm.carry"])
        let job = try await first.job()
        #expect(job["run"] == id)
        #expect(job["key"] == id)
        // The input has the defaults of the fields that were left out.
        #expect(job["input", "pieces"] == 1)
        let second = try await PlayedWorker(daemon, ["calm.carry"])
        // Another worker cannot end it, nor say how far it is.
        #expect(try await refusal { try await second.carried(job) } == "Refused")
        #expect(try await refusal { _ = try await second.call("Progress", job, ["done": 1]) } == "Refused")
        await first.die()
        let again = try await second.job()
        #expect(again["run"] == id)
        #expect(again["attempt"] == 2)
        #expect(again["key"] == id)
        #expect(try await refusal { try await second.carried(job) } == "Refused")
        try await second.carried(again)
        #expect(try await run(id, daemon)["run", "state"] == "succeeded")
        #expect(try await refusal { try await second.carried(again) } == "Refused")
        daemon.stop()
    }

    @Test("A wrong call is refused with its reason, changes nothing, and the attempt goes on")
    func refused() async throws {
        let daemon = try lodge.start()
        for (tasks, limit, what) in [
            (["calm.none"], 1, "InvalidInput tasks"), (["calm.letter"], 1, "InvalidInput tasks"),
            ([], 1, "InvalidInput tasks"), (["calm.carry"], 0, "InvalidInput limit"),
            (["calm.carry"], 5000, "InvalidInput limit"),
        ] {
            let refused = try await refusal { _ = try await PlayedWorker(daemon, tasks, limit: limit) }
            #expect(refused == what)
        }
        let id = try await trigger(daemon, "calm.carry")
        let worker = try await PlayedWorker(daemon, ["calm.carry"])
        let job = try await worker.job()
        let wrong: [(JSONObject, String)] = [
            (["outcome": "succeeded", "answer": ["pieces": "many"]], "InvalidInput answer"),
            (["outcome": "succeeded"], "InvalidInput answer"),
            (["outcome": "failed"], "InvalidInput reason"),
            (["outcome": "failed", "reason": "no", "retry_after": -1], "InvalidInput retry_after"),
            (["outcome": "perhaps"], "InvalidInput outcome"),
            (["outcome": "returned"], "Refused"),
        ]
        for (parameters, what) in wrong {
            #expect(try await refusal { _ = try await worker.call("Finish", job, parameters) } == what)
        }
        var other = job
        other["attempt"] = 7
        #expect(try await refusal { try await worker.carried(other) } == "Refused")
        other["run"] = "35FV0-KPRMB"
        #expect(try await refusal { try await worker.carried(other) } == "Refused")
        other["run"] = "x"
        #expect(try await refusal { try await worker.carried(other) } == "Refused")
        let stranger: JSONObject = ["worker": "worker-x", "run": id, "attempt": 1, "outcome": "returned"]
        #expect(
            try await refusal { _ = try await worker.reports.call("org.concierged.Work.Finish", stranger) }
                == "NotFound")
        #expect(try await run(id, daemon)["run", "state"] == "running")
        try await worker.carried(job)
        #expect(try await run(id, daemon)["run", "state"] == "succeeded")
        daemon.stop()
    }

    @Test("A worker that reports on the connection of its runs is told so there, and loses nobody's run")
    func sameConnection() async throws {
        let daemon = try lodge.start()
        let id = try await trigger(daemon, "calm.carry")
        let connection = try await daemon.connect()
        let replies = connection.stream("org.concierged.Work.Take", ["tasks": ["calm.carry"], "limit": 1])
        var worker: JSON?
        let refused = try await refusal {
            for try await reply in replies {
                worker = reply["worker"] ?? worker
                guard let job = reply["job"]?.objectValue else { continue }
                let call: JSONObject = [
                    "worker": worker ?? "", "run": job["run"] ?? "", "attempt": job["attempt"] ?? 0,
                    "outcome": "succeeded", "answer": ["pieces": 1],
                ]
                connection.send("org.concierged.Work.Finish", call) { _ in }
            }
        }
        #expect(refused == "Refused")
        let state = try await run(id, daemon)
        #expect(state["run", "state"] == "queued")
        // A second stream on a connection could not be read either.
        let twice = try await daemon.connect()
        let first = twice.stream("org.concierged.Work.Take", ["tasks": ["calm.hurry"], "limit": 1])
        twice.send("org.concierged.Work.Take", ["tasks": ["calm.carry"], "limit": 1], more: true) { _ in }
        #expect(try await refusal { for try await _ in first {} } == "Refused")
        daemon.stop()
    }

    @Test("A worker that takes a run and does nothing meets the time limit, is told, and gets no run before it answers")
    func timeLimit() async throws {
        let daemon = try lodge.start()
        let worker = try await PlayedWorker(daemon, ["calm.hurry"])
        let id = try await trigger(daemon, "calm.hurry")
        let next = try await trigger(daemon, "calm.hurry")
        let job = try await worker.job()
        let stop = try #require(try await worker.next()?["stop"]?.objectValue)
        #expect(stop == ["run": id, "attempt": 1, "reason": "time-limit"])
        let failed = try await ended(id, daemon)
        #expect(failed["run", "state"] == "failed")
        #expect(failed["run", "error"] == "timed out after 1s")
        #expect(try await run(next, daemon)["run", "state"] == "queued")
        let held = try await lodge.call(daemon, "org.concierged.Work.List")
        #expect(held["workers"]?.arrayValue?.first?["runs"]?.arrayValue?.first?["over"] == true)
        #expect(try await refusal { _ = try await worker.call("Finish", job, ["outcome": "succeeded"]) } == "Refused")
        #expect(try await worker.job()["run"] == next)
        daemon.stop()
    }

    @Test("A worker is told that its run was cancelled")
    func cancelled() async throws {
        let daemon = try lodge.start()
        let worker = try await PlayedWorker(daemon, ["calm.carry"])
        let id = try await trigger(daemon, "calm.carry")
        let job = try await worker.job()
        _ = try await lodge.call(daemon, "org.concierged.Tasks.CancelRun", ["id": id])
        #expect(try await worker.next()?["stop", "reason"] == "cancelled")
        #expect(try await refusal { try await worker.carried(job) } == "Refused")
        #expect(try await run(id, daemon)["run", "state"] == "cancelled")
        daemon.stop()
    }

    @Test("A flood of progress reaches nobody as a flood, and does not keep others waiting")
    func flood() async throws {
        let daemon = try lodge.start()
        let worker = try await PlayedWorker(daemon, ["calm.carry"])
        let id = try await trigger(daemon, "calm.carry")
        let job = try await worker.job()
        let watcher = try await daemon.connect()
        let seen = Mutex(0)
        let watching = Task {
            for try await _ in watcher.stream("org.concierged.Tasks.WatchRun", ["id": id]) {
                seen.withLock { $0 += 1 }
            }
        }
        let sent = 20_000
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            let left = Mutex(sent)
            for number in 1...sent {
                var call: JSONObject = ["worker": .string(worker.id), "done": .int(Int64(number))]
                (call["run"], call["attempt"]) = (job["run"], job["attempt"])
                worker.reports.send("org.concierged.Work.Progress", call) { _ in
                    if left.withLock({
                        $0 -= 1; return $0
                    }) == 0 {
                        done.resume()
                    }
                }
            }
        }
        #expect(try await run(id, daemon)["run", "progress", "done"] == .int(Int64(sent)))
        try await worker.carried(job)
        try await watching.value
        #expect(seen.withLock(\.self) < sent / 10)
        daemon.stop()
    }

    @Test("Workers that are gone as soon as they have called leave nothing behind")
    func hitAndRun() async throws {
        let daemon = try lodge.start()
        let id = try await trigger(daemon, "calm.carry")
        let call = Array(
            #"{"method":"org.concierged.Work.Take","parameters":{"tasks":["calm.hurry"],"limit":3},"more":true}"#.utf8)
        for _ in 0..<400 { _ = try RawConnection(path: lodge.folder.socket).send(call + [0]) }
        let worker = try await PlayedWorker(daemon, ["calm.carry"])
        try await worker.carried(try await worker.job())
        #expect(try await run(id, daemon)["run", "state"] == "succeeded")
        _ = try await lodge.waitFor(daemon, "org.concierged.Work.List") { $0["workers"]?.arrayValue?.count == 1 }
        daemon.stop()
    }

    // MARK: The daemon ends

    @Test("What a worker finishes while the daemon stops counts, and what it does not loses no attempt")
    func stops() async throws {
        // Longer than a loaded machine takes to bring what the worker has finished.
        try lodge.folder.configure("lodge:\n  language: en\n  stop_limit: 20s\n")
        var daemon = try lodge.start()
        let worker = try await PlayedWorker(daemon, ["calm.carry"], limit: 2)
        let quick = try await trigger(daemon, "calm.carry")
        let job = try await worker.job()
        let slow = try await trigger(daemon, "calm.carry")
        _ = try await worker.job()
        kill(daemon.pid, SIGTERM)
        #expect(try await worker.next()?["stopping"] == true)
        try await worker.carried(job)
        #expect(try await refusal { _ = try await worker.next() } == "Unavailable")
        #expect(await daemon.waitForEnd() == 0)
        daemon = try lodge.start()
        #expect(try await run(quick, daemon)["run", "state"] == "succeeded")
        let left = try await run(slow, daemon)
        #expect(left["run", "state"] == "queued")
        #expect(left["run", "attempt"] == 0)
        daemon.stop()
    }

    @Test("A worker of the library goes on while the daemon is killed, and what it did counts: it is done once")
    func outlivesDaemon() async throws {
        var daemon = try lodge.start()
        let begun = Mutex<[String]>([])
        let (hold, release) = AsyncStream<Void>.makeStream()
        let task = WorkerTask("calm.carry") { (load: Load, job) in
            begun.withLock { $0.append(job.key) }
            job.progress(1, of: 2)
            for await _ in hold { break }
            return WorkReport(Carried(pieces: load.pieces ?? 1), Text(fr: "Porté", en: "Carried"))
        }
        let worker = Worker(of: [task], atMost: 2, name: "test", socket: lodge.folder.socket)
        let working = Task { await worker.run() }
        let id = try await trigger(daemon, "calm.carry", ["pieces": 2])
        _ = try await lodge.waitFor(daemon, "org.concierged.Tasks.GetRun", ["id": id]) {
            $0["run", "progress", "done"] == 1
        }
        daemon.crash()
        daemon = try lodge.start()
        // The daemon has given it out again, as the second attempt.
        _ = try await lodge.waitFor(daemon, "org.concierged.Tasks.GetRun", ["id": id]) {
            $0["run", "state"] == "running" && $0["run", "attempt"] == 2
        }
        release.yield()
        let ended = try await ended(id, daemon)
        #expect(ended["run", "state"] == "succeeded")
        #expect(ended["run", "attempt"] == 2)
        #expect(ended["run", "data", "pieces"] == 2)
        #expect(begun.withLock(\.self) == [id.stringValue])
        working.cancel()
        await working.value
        _ = try await lodge.waitFor(daemon, "org.concierged.Work.List") { $0["workers"] == [] }
        daemon.stop()
    }

    @Test("A worker of the library reports failures as its handler meant them, and gives runs back when it has to end")
    func library() async throws {
        let daemon = try lodge.start()
        let (begun, begins) = AsyncStream<Void>.makeStream()
        let carry = WorkerTask("calm.carry") { (load: Load, job) in
            switch load.pieces {
            case 1: throw WorkFailure.final(reason: "too heavy")
            case 2 where job.attempt == 1: throw WorkFailure.retry(reason: "slipped", after: .milliseconds(1))
            case 2: return WorkReport(Carried(pieces: 2), Text(fr: "Porté", en: "Carried"))
            default:
                begins.yield()
                // Work that outlasts the test: the worker cancels it when it ends.
                try await Task.sleep(for: .seconds(60))
                return WorkReport(Carried(pieces: 0), Text(fr: "Jamais", en: "Never"))
            }
        }
        let worker = Worker(
            of: [carry], atMost: 3, socket: lodge.folder.socket, patience: .milliseconds(100))
        let working = Task { await worker.run() }
        let heavy = try await ended(try await trigger(daemon, "calm.carry", ["pieces": 1]), daemon)
        #expect(heavy["run", "state"] == "failed")
        #expect(heavy["run", "error"] == "too heavy")
        let again = try await ended(try await trigger(daemon, "calm.carry", ["pieces": 2]), daemon)
        #expect(again["run", "state"] == "succeeded")
        #expect(again["run", "attempt"] == 2)
        let long = try await trigger(daemon, "calm.carry", ["pieces": 3])
        for await _ in begun { break }
        working.cancel()
        await working.value
        let back = try await run(long, daemon)
        #expect(back["run", "state"] == "queued")
        #expect(back["run", "attempt"] == 0)
        #expect(back["run", "waits_for_worker"] == true)
        daemon.stop()
    }

    // MARK: Roles

    @Test(
        "Only a group that is named for a task may execute it, and it may do nothing else", .enabled(if: geteuid() == 0)
    )
    func roles() async throws {
        let games = try #require(getgrnam("games")).pointee.gr_gid
        let adm = try #require(getgrnam("adm")).pointee.gr_gid
        try lodge.folder.configure("access:\n  admins: [adm]\n  workers:\n    games: [calm.carry]\n")
        let daemon = try lodge.start()
        chmod(lodge.folder.socket, 0o666)
        chmod(lodge.folder.path, 0o755)
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/worker.py").standardized.path
        let copy = lodge.folder.path + "/worker.py"
        try FileManager.default.copyItem(atPath: script, toPath: copy)
        func identity(_ group: UInt32) -> [String] {
            ["--reuid", "54321", "--regid", "54321", "--groups", "\(group)"]
        }
        func said(_ group: UInt32, _ task: String) throws -> String {
            try lodge.folder.run(
                "/usr/bin/setpriv", identity(group) + ["/usr/bin/python3", copy, lodge.folder.socket, task],
                environment: [:]
            ).errors
        }
        #expect(try said(games, "calm.hurry").contains("PermissionDenied"))
        #expect(try said(adm, "calm.carry").contains("PermissionDenied"))
        let tool = try lodge.folder.run(
            "/usr/bin/setpriv", identity(games) + [Folder.program("conciergectl"), "tasks"],
            environment: ["CONCIERGE_SOCKET": lodge.folder.socket, "LC_ALL": "C"])
        #expect(tool.status == 77)
        let worker = try ChildProcess(
            "/usr/bin/setpriv", identity(games) + ["/usr/bin/python3", copy, lodge.folder.socket, "calm.carry"],
            environment: [:], output: lodge.folder.log, errors: lodge.folder.log)
        let id = try await trigger(daemon, "calm.carry")
        #expect(try await ended(id, daemon)["run", "state"] == "succeeded")
        // A reload that takes the role away ends the worker's stream.
        try lodge.folder.configure("access:\n  admins: [adm]\n")
        #expect(try lodge.folder.tool("reload").status == 0)
        #expect(worker.wait() == 1)
        daemon.stop()
    }
}

private struct Load: Codable, Sendable { var pieces: Int? }
private struct Carried: Codable, Sendable { let pieces: Int }
