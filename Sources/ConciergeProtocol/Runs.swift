package import Civil
package import JSON
package import Wording

// The interface org.concierged.Tasks.

extension Wire {
    /// A task: an operation with effects.
    package struct Task: WireValue, Hashable {
        package var id: String
        package var provider: String
        package var name: Text
        package var fields: [Field]
        /// The time limit of one attempt, in seconds.
        package var timeLimit: Double
        /// The maximum number of attempts of a run.
        package var attempts: Int
        /// The priority of a run whose trigger names none.
        package var priority: RunPriority
        /// The maximum number of runs at the same time.
        package var concurrency: Int?
        package var rate: Rate?
        /// True if a worker executes it.
        package var outside: Bool?
        /// The number of workers that are connected and execute it; nil if it is executed in the daemon.
        package var workers: Int?

        /// The maximum number of attempts that may begin within `interval` seconds.
        package struct Rate: WireValue, Hashable {
            package var count: Int
            package var interval: Double

            package init(count: Int, interval: Double) {
                self.count = count
                self.interval = interval
            }
        }

        package init(
            id: String, provider: String, name: Text, fields: [Field], timeLimit: Double, attempts: Int,
            priority: RunPriority, concurrency: Int?, rate: Rate?, outside: Bool? = nil, workers: Int? = nil
        ) {
            self.id = id
            self.provider = provider
            self.name = name
            self.fields = fields
            self.timeLimit = timeLimit
            self.attempts = attempts
            self.priority = priority
            self.concurrency = concurrency
            self.rate = rate
            self.outside = outside
            self.workers = workers
        }
    }

    /// The priority of a run among the waiting runs of its provider.
    package typealias RunPriority = Wire.Word<Wire.Task>

    /// The progress of a run that its handler last reported.
    package struct Progress: HandWritten, Hashable {
        package var done: Int
        package var total: Int?
        package var text: Text?

        package init(done: Int, total: Int? = nil, text: Text? = nil) {
            self.done = done
            self.total = total
            self.text = text
        }

        package func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("done", done)
            if let total { writer.member("total", total) }
            writer.member("text", text)
            writer.endObject()
        }
    }

    /// One execution of a task.
    package struct Run: HandWritten, Hashable {
        package var id: String
        package var task: String
        package var provider: String
        package var state: State
        package var input: RawObject
        /// Who asked for it: a login name, schedule or request.
        package var actor: String
        package var request: String?
        package var schedule: String?
        /// The elapse of the schedule that triggered the run.
        package var elapse: Instant?
        package var priority: RunPriority
        /// The number of attempts that have begun, and the maximum number.
        package var attempt: Int
        package var attempts: Int
        package var createdAt: Instant
        /// When a queued run is due.
        package var due: Instant?
        package var startedAt: Instant?
        package var finishedAt: Instant?
        package var outcome: Text?
        package var data: RawObject?
        /// What it reports as lines and columns.
        package var table: RawObject?
        package var error: String?
        /// Set while the run is running and its handler has reported progress.
        package var progress: Progress?
        /// True if the run is queued and its task is not served now.
        package var unattended: Bool?
        /// True if the run is queued and no worker is connected that executes its task.
        package var waitsForWorker: Bool?
        /// The quarantine of the run, or of the request that asked for it.
        package var quarantine: Quarantine?

        package typealias State = Wire.Word<Wire.Run>

        package init(
            id: String, task: String, provider: String, state: State, input: RawObject, actor: String, request: String?,
            schedule: String?, elapse: Instant?, priority: RunPriority, attempt: Int, attempts: Int, createdAt: Instant,
            due: Instant?, startedAt: Instant?, finishedAt: Instant?, outcome: Text?, data: RawObject?,
            table: RawObject? = nil,
            error: String?, progress: Progress?, unattended: Bool?, waitsForWorker: Bool? = nil, quarantine: Quarantine?
        ) {
            self.id = id
            self.task = task
            self.provider = provider
            self.state = state
            self.input = input
            self.actor = actor
            self.request = request
            self.schedule = schedule
            self.elapse = elapse
            self.priority = priority
            self.attempt = attempt
            self.attempts = attempts
            self.createdAt = createdAt
            self.due = due
            self.startedAt = startedAt
            self.finishedAt = finishedAt
            self.outcome = outcome
            self.data = data
            self.table = table
            self.error = error
            self.progress = progress
            self.unattended = unattended
            self.waitsForWorker = waitsForWorker
            self.quarantine = quarantine
        }

        package func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("id", id)
            writer.member("task", task)
            writer.member("provider", provider)
            writer.member("state", state.rawValue)
            writer.member("input", input)
            writer.member("actor", actor)
            writer.member("request", request)
            writer.member("schedule", schedule)
            writer.member("elapse", elapse)
            writer.member("priority", priority.rawValue)
            writer.member("attempt", attempt)
            writer.member("attempts", attempts)
            writer.member("created_at", createdAt)
            writer.member("due", due)
            writer.member("started_at", startedAt)
            writer.member("finished_at", finishedAt)
            writer.member("outcome", outcome)
            writer.member("data", data)
            if let table { writer.member("table", table) }
            writer.member("error", error)
            writer.member("progress", progress)
            if let unattended { writer.member("unattended", unattended) }
            if let waitsForWorker { writer.member("waits_for_worker", waitsForWorker) }
            writer.member("quarantine", quarantine)
            writer.endObject()
        }
    }
}

/// The reply that shows one run.
package struct RunReply: HandWritten, Hashable {
    package var run: Wire.Run

    package init(_ run: Wire.Run) { self.run = run }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("run", run)
        writer.endObject()
    }
}

package enum TaskMethods {
    /// All tasks that are served now.
    package struct List: ControlMethod {
        package static let declaration = MethodDeclaration("List", of: .tasks, for: .viewer, isSigned: false)

        package init() {}

        package struct Reply: WireValue, Hashable {
            package var tasks: [Wire.Task]

            package init(tasks: [Wire.Task]) { self.tasks = tasks }
        }
    }

    /// Triggers a task.
    package struct Trigger: RepeatableMethod {
        package typealias Reply = RunReply
        package static let declaration = MethodDeclaration(
            "Trigger", of: .tasks, for: .staff, isSigned: true, mayOverlap: true, replies: .oneOrStream)

        package var task: String
        package var input: Wire.RawObject?
        /// Whether the daemon answers when the run has ended. Otherwise it answers as soon as the run is on disk.
        package var wait: Bool?
        package var priority: Wire.RunPriority?
        package var idempotencyKey: String?

        package init(task: String, input: JSONObject, priority: Wire.RunPriority? = nil) {
            self.task = task
            self.input = Wire.RawObject(input)
            self.priority = priority
        }

        package init(parameters: JSONObject) throws {
            task = try parameters.text("task")
            input = parameters["input"]?.objectValue.map { Wire.RawObject($0) }
            wait = parameters["wait"]?.boolValue
            priority = parameters["priority"]?.stringValue.map { Wire.RunPriority(rawValue: $0) }
            idempotencyKey = parameters["idempotency_key"]?.stringValue
        }
    }

    /// Streams a run: first its present state, then its progress, and last its end.
    package struct WatchRun: ControlMethod {
        package typealias Reply = RunReply
        package static let declaration = MethodDeclaration(
            "WatchRun", of: .tasks, for: .viewer, isSigned: false, replies: .stream)

        package var id: String

        package init(id: String) { self.id = id }
    }

    /// One run.
    package struct GetRun: ControlMethod {
        package typealias Reply = RunReply
        package static let declaration = MethodDeclaration("GetRun", of: .tasks, for: .viewer, isSigned: false)

        package var id: String

        package init(id: String) { self.id = id }

        package init(parameters: JSONObject) throws { id = try parameters.text("id") }
    }

    /// Runs, the newest first.
    package struct ListRuns: PagedMethod {
        package static let declaration = MethodDeclaration("ListRuns", of: .tasks, for: .viewer, isSigned: false)
        package static let elements = "runs"

        package var task: String?
        package var state: Wire.Run.State?
        package var limit: Int?
        package var after: String?

        package init() {}

        package struct Reply: HandWritten, Hashable {
            package var runs: [Wire.Run]
            package var next: String?

            package init(runs: [Wire.Run], next: String?) {
                self.runs = runs
                self.next = next
            }

            package func write(to writer: inout JSONWriter) {
                writer.beginObject()
                writer.member("runs", runs)
                writer.member("next", next)
                writer.endObject()
            }
        }
    }

    /// Queues a failed or cancelled run again, makes a queued run due now, and releases a run from quarantine.
    package struct RetryRun: RepeatableMethod {
        package typealias Reply = RunReply
        package static let declaration = MethodDeclaration("RetryRun", of: .tasks, for: .staff, isSigned: true)

        package var id: String
        package var idempotencyKey: String?

        package init(id: String) { self.id = id }
    }

    /// Removes a run from the queue, or tells a running run to stop.
    package struct CancelRun: RepeatableMethod {
        package typealias Reply = RunReply
        package static let declaration = MethodDeclaration("CancelRun", of: .tasks, for: .staff, isSigned: true)

        package var id: String
        package var idempotencyKey: String?

        package init(id: String) { self.id = id }
    }
}

extension Wire.Word<Wire.Task> {
    package static var low: Self { "low" }
    package static var normal: Self { "normal" }
    package static var high: Self { "high" }
}

extension Wire.Word<Wire.Run> {
    package static var queued: Self { "queued" }
    package static var running: Self { "running" }
    package static var succeeded: Self { "succeeded" }
    package static var failed: Self { "failed" }
    package static var cancelled: Self { "cancelled" }
}
