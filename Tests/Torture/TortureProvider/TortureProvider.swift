public import ConciergeKit

/// The provider of the torture test. It logs each execution, so that a checker can find executions that were repeated
/// or left out.
public struct TortureProvider: ServiceProvider {
    /// The manifest. The breaker never holds the provider back, because its runs fail on request.
    public static let manifest = ProviderManifest(
        id: "torture", version: "1.0.0",
        name: Text(fr: "Torture", en: "Torture"),
        summary: Text(fr: "Ce qui est tué et vérifié.", en: "What is killed and checked."),
        concurrency: 32, breaker: BreakerPolicy(failures: .max))

    private let log: ExecutionLog

    /// Makes a provider that logs each execution to the file `executions` in its folder.
    public init(_ configuration: NoSettings, in context: ProviderContext) async throws(ProviderError) {
        guard let log = ExecutionLog(path: context.stateDirectory + "/executions") else {
            throw .needsAttention(reason: "\(context.stateDirectory) cannot be written")
        }
        self.log = log
    }

    /// The services.
    public var services: [any Service] { [Ordeal(), Alarm(), Delivery()] }

    /// The task whose runs the requests ask for, the task with a rate, the tasks that the schedules
    /// trigger, and the one that workers execute.
    public var tasks: [TaskDefinition] {
        [
            TaskDefinition(Ordeal.errand, retry: Self.retry, work),
            TaskDefinition(
                Self.call, retry: Self.retry, rate: RateLimit(Self.callsPerInterval, per: Self.callInterval), work),
            TaskDefinition(Self.tick, work), TaskDefinition(Self.tock, work),
            TaskDefinition(Delivery.carry, executedBy: .worker, retry: RetryPolicy(attempts: 1000)),
        ]
    }

    private static let call = TaskName<Errand, NoAnswer>("torture.call", fr: "Appel", en: "Call")
    private static let tick = TaskName<Errand, NoAnswer>("torture.tick", fr: "Tic", en: "Tick")
    private static let tock = TaskName<Errand, NoAnswer>("torture.tock", fr: "Tac", en: "Tock")

    /// Two schedules that elapse every second. The first runs for every elapse. The second skips an elapse while the
    /// run before is unfinished.
    public var schedules: [Schedule] {
        [
            Schedule(Self.tick, .every(.seconds(1)), catchUp: .all(within: .days(1)), overlap: .allow),
            Schedule(Self.tock, .every(.seconds(1)), catchUp: .latest, overlap: .skip),
        ]
    }

    /// The maximum number of attempts of `torture.call` within ``callInterval``.
    public static let callsPerInterval = 25
    /// The interval of the rate of `torture.call`.
    public static let callInterval = Duration.milliseconds(500)
    private static let retry = RetryPolicy(attempts: 4, base: .milliseconds(40), ceiling: .milliseconds(200))

    /// Sleeps for the given time, fails the given number of times, and logs each begin and end.
    @Sendable private func work(_ errand: Errand, _ context: TaskContext) async throws -> TaskReport<NoAnswer> {
        log.begin(context.run, attempt: context.attempt)
        do {
            if let millis = errand.millis, millis > 0 { try await Task.sleep(for: .milliseconds(millis)) }
        } catch {
            log.end(context.run, attempt: context.attempt, "interrupted")
            throw error
        }
        guard context.attempt > errand.failures ?? 0 else {
            log.end(context.run, attempt: context.attempt, "failed")
            throw TaskFailure.retry(reason: "it was asked to fail", after: nil)
        }
        log.end(context.run, attempt: context.attempt, "done")
        return TaskReport(Text(fr: "Fait.", en: "Done."))
    }
}

/// The input of a run: how long it sleeps, and how many attempts fail.
struct Errand: Input {
    static let name = Text(fr: "Faire une course", en: "Run an errand")
    @Field(fr: "Appel", en: "Call") var call: Int?
    @Field(fr: "Échecs", en: "Failures") var failures: Int?
    @Field(fr: "Millisecondes", en: "Milliseconds") var millis: Int?
}
