import ConciergeProtocol
import JSON
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle
import UnixSignals
import Varlink
import Wording

/// A process that executes tasks for the daemon, over the control socket.
///
/// ```swift
/// let mail = WorkerTask("lodge.send-mail") { (letter: Letter, job) in
///     try await post(letter, messageID: job.key)
///     return WorkReport(Text(fr: "Envoyé.", en: "Sent."))
/// }
/// try await Worker(of: [mail], atMost: 4, name: "concierge-mail").serve()
/// ```
///
/// It connects, and connects again with growing delays whenever the connection ends or is refused. Its handlers go on
/// meanwhile: if the daemon was killed and gives a run out again, the work that is under way counts for it, and is not done
/// twice by this process. Another process may do it once more: a run is executed at least once and ends once.
public actor Worker: ServiceLifecycle.Service {
    /// The control socket: `CONCIERGE_SOCKET` of the environment, else the one of the system's daemon.
    public static let usualSocket = Environment.socket

    /// A connection that gives out runs.
    private struct Link {
        let id: String
        let stream: VarlinkClient
        let reports: VarlinkClient
    }

    private let tasks: [String: WorkerTask]
    private let limit: Int
    private let name: String?
    private let socket: String
    private let patience: Duration
    private let logger: Logger
    private var activities = Activities()
    private var link: Link?
    private var isStopping = false
    /// Ends the pause before the next attempt to connect.
    private var pause: Task<Void, any Error>?
    /// The last progress of each piece of work that has not been sent, and what is being sent.
    private var progress: [Int: WorkMethods.Progress] = [:]
    private var progressing: Set<Int> = []

    /// Creates a worker, which does nothing before ``run()`` or ``serve()``.
    ///
    /// - Parameters:
    ///   - tasks: The tasks that it executes. The process needs the role `worker` for each.
    ///   - limit: The maximum number of runs that it executes at once.
    ///   - name: What lists call it.
    ///   - socket: The path of the control socket.
    ///   - patience: How long handlers may go on when the worker is told to end. Then they are cancelled, and their runs go
    ///     back without losing an attempt.
    ///   - logger: Where it writes that it is connected, and why it is not.
    public init(
        of tasks: [WorkerTask], atMost limit: Int, name: String? = nil, socket: String = Worker.usualSocket,
        patience: Duration = .seconds(20), logger: Logger = Logger(label: "worker")
    ) {
        self.tasks = Dictionary(tasks.map { ($0.id, $0) }) { first, _ in first }
        self.limit = limit
        self.name = name
        self.socket = socket
        self.patience = patience
        self.logger = logger
    }

    /// Works until the process gets SIGTERM or SIGINT, and ends in order.
    public nonisolated func serve() async throws {
        let group = ServiceGroup(
            configuration: .init(services: [self], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }

    /// Works until its task is cancelled, or until the service group that it is part of shuts down, and ends in order: it
    /// takes no more runs, and waits for those that it has.
    public func run() async {
        // A task of its own, because the cancellation of this one must not cut its connection.
        let work = Task { await self.work() }
        await withTaskCancellationOrGracefulShutdownHandler {
            await work.value
        } onCancelOrGracefulShutdown: {
            Task { await self.stop() }
        }
    }

    private func work() async {
        var backoff = Backoff()
        while !isStopping {
            do {
                try await connect { backoff.reset() }
            } catch {
                if !isStopping { logger.warning("the daemon gives out no runs: \(error)") }
            }
            guard !isStopping else { break }
            let delay = backoff.delay()
            let pause = Task { try await Task.sleep(for: delay) }
            self.pause = pause
            try? await pause.value
        }
    }

    // MARK: The connection

    /// Takes runs until the connection ends.
    private func connect(connected: () -> Void) async throws {
        let loops = MultiThreadedEventLoopGroup.singleton
        let stream = try await VarlinkClient.connect(path: socket, eventLoopGroup: loops)
        defer { Task { await stream.close() } }
        let reports = try await VarlinkClient.connect(path: socket, eventLoopGroup: loops)
        defer {
            link = nil
            Task { await reports.close() }
        }
        let call = WorkMethods.Take(tasks: tasks.keys.sorted(), limit: limit, name: name)
        let replies = stream.stream(WorkMethods.Take.declaration.fullName, try call.parameters)
        for try await parameters in replies {
            let reply = try JSONCoding.decode(WorkMethods.Take.Reply.self, from: .object(parameters))
            if let id = reply.worker {
                link = Link(id: id, stream: stream, reports: reports)
                logger.info("connected as \(id)")
                connected()
                if isStopping {
                    await leave()
                    await closeIfDone()
                }
            }
            if let job = reply.job { accept(job) }
            if let stop = reply.stop { activities.stop(.init(run: stop.run, attempt: stop.attempt))?.cancel() }
        }
    }

    private func accept(_ job: Wire.Job) {
        guard let link else { return }
        let key = Activities.Key(run: job.run, attempt: job.attempt)
        switch activities.accept(key, in: link.id) {
        case .goesOn: break
        case .wasDone(let outcome): Task { await report(outcome, of: key) }
        case .begin(let number):
            let task = Task { await execute(job, number) }
            activities.note(task, of: number)
        }
    }

    // MARK: Work

    private nonisolated func execute(_ job: Wire.Job, _ number: Int) async {
        let outcome = await outcome(of: job, number)
        await end(number, outcome)
    }

    @concurrent
    private nonisolated func outcome(of job: Wire.Job, _ number: Int) async -> WorkOutcome {
        guard let task = tasks[job.task] else {
            return .failed(reason: "the worker does not execute \(job.task)", after: nil)
        }
        let shown = WorkerJob(job) { done, total, words in
            Task { await self.tell(done, total, words, number) }
        }
        do {
            let (answer, words) = try await task.execute(job.input.members, shown)
            return .succeeded(answer: answer, words: words)
        } catch WorkFailure.retry(let reason, let after) {
            return .failed(reason: reason, after: after)
        } catch WorkFailure.final(let reason) {
            return .rejected(reason: reason)
        } catch is CancellationError {
            return await isStopping ? .returned : .failed(reason: "cancelled", after: nil)
        } catch {
            return .failed(reason: "\(error)", after: nil)
        }
    }

    private func end(_ number: Int, _ outcome: WorkOutcome) async {
        progress[number] = nil
        if let key = activities.end(number, outcome, in: link?.id) { await report(outcome, of: key) }
        await closeIfDone()
    }

    /// Reports an outcome. If the connection ends first, it is kept for when the run is given out again.
    private func report(_ outcome: WorkOutcome, of key: Activities.Key) async {
        guard let link else { return }
        var call = WorkMethods.Finish(worker: link.id, run: key.run, attempt: key.attempt, outcome: .returned)
        switch outcome {
        case .succeeded(let answer, let words):
            call.outcome = .succeeded
            call.answer = answer.map { Wire.RawObject($0) }
            call.text = words
        case .failed(let reason, let after):
            (call.outcome, call.reason) = (.failed, reason)
            call.retryAfter = after.map { Double($0.components.seconds) + Double($0.components.attoseconds) * 1e-18 }
        case .rejected(let reason): (call.outcome, call.reason) = (.rejected, reason)
        case .returned: break
        }
        do {
            try await link.reports.call(call)
            activities.forget(key)
        } catch let error as VarlinkError {
            switch ControlError.Name(error) {
            // The daemon stops or cannot be asked now: the run is given out again.
            case .unavailable: break
            case .invalidInput:
                logger.error("the outcome of run \(key.run) was not accepted: \(error)")
                if case .rejected = outcome { return activities.forget(key) }
                await report(.rejected(reason: "the worker's outcome was not accepted: \(error.words)"), of: key)
            default:
                logger.info("the outcome of run \(key.run) came too late: \(error.words)")
                activities.forget(key)
            }
        } catch {
            logger.warning("the outcome of run \(key.run) could not be reported: \(error)")
            // Nobody knows whether it arrived. On another connection the run is given out again, unless it did.
            await link.stream.close()
        }
    }

    private func tell(_ done: Int, _ total: Int?, _ words: Text?, _ number: Int) async {
        guard let link, let key = activities.key(of: number, in: link.id) else { return }
        progress[number] = WorkMethods.Progress(
            worker: link.id, run: key.run, attempt: key.attempt, done: done, total: total, text: words)
        guard progressing.insert(number).inserted else { return }
        // While one is on its way, only the latest is kept.
        while let next = progress.removeValue(forKey: number) { try? await link.reports.call(next) }
        progressing.remove(number)
    }

    // MARK: The end

    /// Takes no more runs, and ends once those that it has are reported.
    private func stop() async {
        guard !isStopping else { return }
        isStopping = true
        pause?.cancel()
        Task {
            try await Task.sleep(for: patience)
            cancelAll()
            try await Task.sleep(for: .seconds(5))
            await close()
        }
        await leave()
        await closeIfDone()
    }

    private func leave() async {
        guard let link else { return }
        try? await link.reports.call(WorkMethods.Leave(worker: link.id))
    }

    private func cancelAll() {
        for task in activities.tasks { task.cancel() }
    }

    private func closeIfDone() async {
        if isStopping, !activities.isBusy(in: link?.id) { await close() }
    }

    private func close() async { await link?.stream.close() }
}

extension WorkerJob {
    fileprivate init(_ job: Wire.Job, report: @escaping @Sendable (Int, Int?, Text?) -> Void) {
        self.init(
            run: job.run, key: job.key, attempt: job.attempt, attempts: job.attempts, task: job.task,
            timeLimit: .milliseconds(Int64(job.timeLimit * 1000)), actor: job.actor, request: job.request,
            report: report)
    }
}

extension ControlMethod {
    fileprivate var parameters: JSONObject {
        get throws { try JSONCoding.json(of: self).objectValue ?? [:] }
    }
}

extension VarlinkClient {
    fileprivate func call(_ call: some ControlMethod) async throws {
        _ = try await self.call(type(of: call).declaration.fullName, try call.parameters)
    }
}

extension ControlError.Name {
    fileprivate init?(_ error: VarlinkError) {
        self.init(rawValue: String(error.name.drop { $0 != "." }.split(separator: ".").last ?? ""))
    }
}

extension VarlinkError {
    /// The reason that the daemon gave, or else the error's name.
    fileprivate var words: String { parameters["reason"]?.stringValue ?? name }
}
