package import Civil
package import Wording

// The interface org.concierged.Work.

extension Wire {
    /// An attempt of a run, for the worker that is to execute it.
    package struct Job: WireValue, Hashable {
        package var run: String
        /// The key for the effects outside, the same for all attempts of the run.
        package var key: String
        package var attempt: Int
        package var attempts: Int
        package var task: String
        package var provider: String
        package var input: RawObject
        /// In seconds.
        package var timeLimit: Double
        package var actor: String
        package var request: String?
        package var elapse: Instant?

        package init(
            run: String, key: String, attempt: Int, attempts: Int, task: String, provider: String, input: RawObject,
            timeLimit: Double, actor: String, request: String?, elapse: Instant?
        ) {
            self.run = run
            self.key = key
            self.attempt = attempt
            self.attempts = attempts
            self.task = task
            self.provider = provider
            self.input = input
            self.timeLimit = timeLimit
            self.actor = actor
            self.request = request
            self.elapse = elapse
        }
    }

    /// A worker that is connected.
    package struct Worker: WireValue, Hashable {
        package var id: String
        package var name: String?
        package var user: String
        package var since: Instant
        package var tasks: [String]
        /// How many runs it takes at once; 0 once it takes no more.
        package var limit: Int
        package var runs: [Held]

        /// An attempt that a worker has.
        package struct Held: WireValue, Hashable {
            package var run: String
            package var attempt: Int
            package var task: String
            package var since: Instant
            /// True if it has ended, and the worker has not answered yet.
            package var over: Bool?

            package init(run: String, attempt: Int, task: String, since: Instant, over: Bool?) {
                self.run = run
                self.attempt = attempt
                self.task = task
                self.since = since
                self.over = over
            }
        }

        package init(
            id: String, name: String?, user: String, since: Instant, tasks: [String], limit: Int, runs: [Held]
        ) {
            self.id = id
            self.name = name
            self.user = user
            self.since = since
            self.tasks = tasks
            self.limit = limit
            self.runs = runs
        }
    }
}

package enum WorkMethods {
    /// Gives out runs of tasks to a worker, for as long as its connection lasts.
    package struct Take: ControlMethod {
        package static let declaration = MethodDeclaration(
            "Take", of: .work, for: .worker, isSigned: true, mayOverlap: true, replies: .stream)

        package var tasks: [String]
        package var limit: Int
        /// What the worker is called in lists.
        package var name: String?

        package init(tasks: [String], limit: Int, name: String?) {
            self.tasks = tasks
            self.limit = limit
            self.name = name
        }

        /// One of several replies: it has one member.
        package struct Reply: WireValue, Hashable {
            /// The worker's id, for its other calls; in the first reply.
            package var worker: String?
            package var job: Wire.Job?
            package var stop: Stop?
            package var stopping: Bool?

            /// An attempt whose outcome is not awaited any more.
            package struct Stop: WireValue, Hashable {
                package var run: String
                package var attempt: Int
                package var reason: Reason

                package typealias Reason = Wire.Word<Stop>

                package init(run: String, attempt: Int, reason: Reason) {
                    self.run = run
                    self.attempt = attempt
                    self.reason = reason
                }
            }

            package init(worker: String? = nil, job: Wire.Job? = nil, stop: Stop? = nil, stopping: Bool? = nil) {
                self.worker = worker
                self.job = job
                self.stop = stop
                self.stopping = stopping
            }
        }
    }

    /// Says how far an attempt has come.
    package struct Progress: ControlMethod {
        package typealias Reply = Wire.Empty
        package static let declaration = MethodDeclaration(
            "Progress", of: .work, for: .worker, isSigned: false, mayOverlap: true)

        package var worker: String
        package var run: String
        package var attempt: Int
        package var done: Int
        package var total: Int?
        package var text: Text?

        package init(worker: String, run: String, attempt: Int, done: Int, total: Int?, text: Text?) {
            self.worker = worker
            self.run = run
            self.attempt = attempt
            self.done = done
            self.total = total
            self.text = text
        }
    }

    /// Ends an attempt.
    package struct Finish: ControlMethod {
        package typealias Reply = Wire.Empty
        package static let declaration = MethodDeclaration(
            "Finish", of: .work, for: .worker, isSigned: false, mayOverlap: true)

        package var worker: String
        package var run: String
        package var attempt: Int
        package var outcome: Outcome
        package var answer: Wire.RawObject?
        /// What staff read of a run that succeeded.
        package var text: Text?
        /// Why it failed.
        package var reason: String?
        /// In seconds.
        package var retryAfter: Double?

        package typealias Outcome = Wire.Word<Finish>

        package init(worker: String, run: String, attempt: Int, outcome: Outcome) {
            self.worker = worker
            self.run = run
            self.attempt = attempt
            self.outcome = outcome
        }
    }

    /// Gives the worker no more runs.
    package struct Leave: ControlMethod {
        package typealias Reply = Wire.Empty
        package static let declaration = MethodDeclaration("Leave", of: .work, for: .worker, isSigned: false)

        package var worker: String

        package init(worker: String) { self.worker = worker }
    }

    /// The workers that are connected.
    package struct List: ControlMethod {
        package static let declaration = MethodDeclaration("List", of: .work, for: .viewer, isSigned: false)

        package init() {}

        package struct Reply: WireValue, Hashable {
            package var workers: [Wire.Worker]

            package init(workers: [Wire.Worker]) { self.workers = workers }
        }
    }
}

extension Wire.Word<WorkMethods.Take.Reply.Stop> {
    package static var timeLimit: Self { "time-limit" }
    package static var cancelled: Self { "cancelled" }
}

extension Wire.Word<WorkMethods.Finish> {
    package static var succeeded: Self { "succeeded" }
    /// The attempt failed, and another one may succeed.
    package static var failed: Self { "failed" }
    /// Another attempt would fail too.
    package static var rejected: Self { "rejected" }
    /// The worker leaves and has not executed it: the attempt does not count.
    package static var returned: Self { "returned" }
}
