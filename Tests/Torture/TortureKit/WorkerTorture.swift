import Foundation
import Glibc
import JSON
import SQLiteLedger
import TortureProvider
import Varlink

/// Kills workers, their connections and the daemon at random instants while requests ask for runs that workers execute, and
/// checks that each request was told of one end of one run, which a worker had executed.
package actor WorkerTorture {
    private let seed: UInt64
    private let rounds: Int
    private let tell: @Sendable (String) -> Void
    private var dice: Dice
    private var workers: [ChildWorker] = []
    /// The numbers of the openings that were answered, and those of which the answer was lost.
    private var opened: [Int: String] = [:]
    private var unanswered: Set<Int> = []
    private var last = 0

    /// What was done and found.
    package struct Summary: Sendable {
        package var daemonsKilled = 0
        package var daemonsStopped = 0
        package var workersKilled = 0
        package var workersStopped = 0
        package var connectionsCut = 0
        package var deliveries = 0
        package var executions = 0
        package var attempts = 0
        package var violations: [String] = []

        package var text: String {
            """
            workers: \(workersKilled) killed, \(workersStopped) stopped, \(connectionsCut) connections cut; \
            the daemon: \(daemonsKilled) killed, \(daemonsStopped) stopped
            \(deliveries) requests, \(attempts) attempts, \(executions) executions, \(violations.count) violations
            """ + violations.map { "\n  \($0)" }.joined()
        }
    }

    private var summary = Summary()

    package init(seed: UInt64, rounds: Int, tell: @escaping @Sendable (String) -> Void) {
        self.seed = seed
        self.rounds = rounds
        self.tell = tell
        dice = Dice(seed: seed)
    }

    package func run() async throws -> Summary {
        let place = try Place()
        for round in 1...rounds {
            let process = try DaemonProcess(in: place)
            try await process.waitForReady()
            try await live(process, at: place)
            if dice.oneIn(3) {
                summary.daemonsStopped += 1
                process.terminate()
                // waitpid(2) is asked again and again: it would block a thread that other tests need.
                while process.ended == nil { try await Task.sleep(for: .milliseconds(2)) }
                if process.ended != 0 { found("the daemon ended with \(process.ended ?? -1)") }
            } else {
                summary.daemonsKilled += 1
                process.kill()
            }
            tell("round \(round): \(opened.count) requests, \(workers.count) workers")
        }
        try await settle(place)
        workers = []
        if !summary.violations.isEmpty {
            place.keep()
            found("seed \(seed), the ledger is left in \(place.path)")
        }
        return summary
    }

    /// One life of the daemon: requests come, and workers come and go.
    private func live(_ process: DaemonProcess, at place: Place) async throws {
        let connection = try await place.connect()
        for number in unanswered.sorted() { await open(number, connection) }
        for _ in 0..<dice.number(6...14) {
            while workers.count < 3 { workers.append(try ChildWorker(at: place)) }
            for _ in 0..<dice.number(1...12) {
                last += 1
                await open(last, connection)
            }
            // The instant of the next kill is drawn.
            try await Task.sleep(for: .milliseconds(dice.number(1...60)))
            switch dice.number(1...6) {
            case 1...2:
                workers.remove(at: dice.number(0...workers.count - 1)).end(with: SIGKILL)
                summary.workersKilled += 1
            case 3:
                let worker = workers.remove(at: dice.number(0...workers.count - 1))
                // A worker that has just been started does not handle the signal yet and ends of it.
                let status = worker.end(with: SIGTERM)
                if ![0, 128 + SIGTERM].contains(status) { found("a worker ended with status \(status) after SIGTERM") }
                summary.workersStopped += 1
            case 4: await grabAndCut(place)
            default: break
            }
        }
        await connection.close()
    }

    private func open(_ number: Int, _ connection: VarlinkClient) async {
        unanswered.insert(number)
        do {
            let reply = try await connection.call(
                "org.concierged.Requests.Open",
                [
                    "service": .string(Delivery.id), "idempotency_key": .string("delivery-\(number)"),
                    "input": ["number": JSON(number), "millis": JSON(dice.number(0...200))],
                ])
            opened[number] = reply["request"]?["id"]?.stringValue
            unanswered.remove(number)
        } catch let error as VarlinkError {
            found("opening \(number) was refused: \(error)")
        } catch {
            // The connection was lost; the opening is repeated in the next life.
        }
    }

    /// Takes runs as a worker that then loses its connection.
    private func grabAndCut(_ place: Place) async {
        guard let connection = try? await place.connect() else { return }
        let replies = connection.stream(
            "org.concierged.Work.Take", ["tasks": ["torture.carry"], "limit": JSON(dice.number(1...3))])
        let cutter = Task {
            try? await Task.sleep(for: .milliseconds(20))
            await connection.close()
        }
        do {
            for try await reply in replies where reply["job"] != nil { break }
        } catch {
            // Nothing was given out before the cut.
        }
        await connection.close()
        cutter.cancel()
        summary.connectionsCut += 1
    }

    private func settle(_ place: Place) async throws {
        let process = try DaemonProcess(in: place)
        try await process.waitForReady()
        let connection = try await place.connect()
        for number in unanswered.sorted() { await open(number, connection) }
        for schedule in ["torture.tick", "torture.tock"] {
            _ = try await connection.call("org.concierged.Manager.PauseSchedule", ["id": .string(schedule)])
        }
        while workers.count < 3 { workers.append(try ChildWorker(at: place)) }
        let limit = ContinuousClock.now + .seconds(60)
        while true {
            let status = try await connection.call("org.concierged.Manager.Status")
            if status["runs_queued"]?.intValue == 0, status["runs_running"]?.intValue == 0 { break }
            guard ContinuousClock.now < limit else {
                found("it did not settle within a minute: \(status)")
                break
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        await connection.close()
        for worker in workers { _ = worker.end(with: SIGTERM) }
        process.terminate()
        while process.ended == nil, ContinuousClock.now < limit { try await Task.sleep(for: .milliseconds(2)) }
        check(try LedgerCopy(of: place.state), try Execution.read(ChildWorker.log(at: place)))
    }

    private func found(_ violation: String) { summary.violations.append(violation) }

    /// Each request has one run and one line for its end, and a worker has executed each run that succeeded.
    private func check(_ ledger: LedgerCopy, _ executions: [Execution]) {
        let runs = Dictionary(grouping: ledger.runs.filter { $0.task == "torture.carry" }) { $0.request ?? "" }
        let ends = Dictionary(
            grouping: ledger.lines.map(\.line).filter { $0.event == "run:torture.carry" }, by: \.request)
        let done = Set(executions.filter { $0.end == "done" }.map(\.run))
        let begun = Dictionary(grouping: executions, by: \.run)
        for (number, id) in opened {
            guard let request = ledger.requests[id] else {
                found("request \(id) of opening \(number) was acknowledged and is not there")
                continue
            }
            let ofRequest = runs[id] ?? []
            guard ofRequest.count == 1, let run = ofRequest.first else {
                found("request \(id) has \(ofRequest.count) runs")
                continue
            }
            summary.attempts += Int(run.attempt)
            if run.state != "succeeded" { found("run \(run.id) is \(run.state) after attempt \(run.attempt)") }
            if request.state != "delivered" { found("request \(id) is \(request.state)") }
            let told = ends[id]?.count ?? 0
            if told != 1 { found("request \(id) was told of \(told) ends") }
            if !done.contains(run.id) { found("run \(run.id) succeeded, and no worker has executed it") }
            // A worker that outlives the daemon executes a run once for several attempts.
            for execution in begun[run.id] ?? [] where execution.attempt > run.attempt {
                found("attempt \(execution.attempt) of run \(run.id) was executed and not counted")
            }
        }
        if Set(opened.values).count != opened.count { found("two openings made one request") }
        if ledger.requests.values.count(where: { $0.service == Delivery.id }) != opened.count {
            found("the ledger has requests that nobody opened, or lacks some")
        }
        summary.deliveries = opened.count
        summary.executions = executions.count
    }
}

/// A process that executes torture.carry.
private final class ChildWorker: Sendable {
    private let pid: pid_t

    static func log(at place: Place) -> String { place.path + "/worker-executions" }

    init(at place: Place) throws {
        let program = DaemonProcess.program(named: "torture-worker")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for descriptor in [1, 2] as [Int32] {
            posix_spawn_file_actions_addopen(
                &actions, descriptor, place.path + "/worker-log", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        let arguments = [program, place.socket, Self.log(at: place)]
        let argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in argv { free(word) } }
        var pid: pid_t = 0
        closeInherited(&actions)
        let code = posix_spawn(&pid, program, &actions, nil, argv, [nil])
        guard code == 0 else { throw TortureFailure("\(program): \(String(cString: strerror(code)))") }
        self.pid = pid
    }

    /// Sends a signal and waits for the end, at most a minute: then the process is killed. Returns the exit status, or 128
    /// plus the signal's number. Call it once.
    @discardableResult
    func end(with signal: Int32) -> Int32 {
        kill(pid, signal)
        var raw: Int32 = 0
        let limit = ContinuousClock.now + .seconds(60)
        while waitpid(pid, &raw, WNOHANG) != pid {
            if ContinuousClock.now > limit { kill(pid, SIGKILL) }
            usleep(1000)
        }
        return raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + (raw & 0x7F)
    }
}
