import ConciergeProtocol
import JSON
import Wording

/// How a handler ended.
enum WorkOutcome: Sendable {
    case succeeded(answer: JSONObject?, words: Text)
    case failed(reason: String, after: Duration?)
    case rejected(reason: String)
    /// The worker has to end, and the handler was cut off.
    case returned
}

/// What the worker executes now, and what it has executed and could not report. It is a value, decided without waiting.
///
/// A handler outlives a connection: when the daemon gives the run out again, as it does after it was killed, the work that
/// is under way counts for the new attempt, and an outcome that could not be reported is reported for it.
struct Activities: Sendable {
    /// An attempt, as the daemon counts it.
    struct Key: Sendable, Hashable {
        let run: String
        let attempt: Int
    }

    private struct Activity {
        /// The worker's id on the connection that gave out the attempt last.
        var link: String
        var task: Task<Void, Never>?
        var outcome: WorkOutcome?
        /// Whether the daemon awaits no outcome any more.
        var isStopped = false
        /// The order in which they were given out.
        let number: Int
    }

    /// How many outcomes are kept that could not be reported.
    private static let mostKept = 1000

    private var activities: [Key: Activity] = [:]
    /// By the number of a piece of work, its attempt now.
    private var keys: [Int: Key] = [:]
    private var last = 0

    /// What to do with an attempt that the daemon gives out.
    enum Acceptance {
        /// Execute it, as the piece of work of this number.
        case begin(Int)
        /// It is being executed.
        case goesOn
        /// It was executed, with this outcome.
        case wasDone(WorkOutcome)
    }

    mutating func accept(_ key: Key, in link: String) -> Acceptance {
        let known = activities.first { $0.key.run == key.run && !$0.value.isStopped && $0.value.link != link }
        if let (old, activity) = known {
            activities[old] = nil
            var activity = activity
            activity.link = link
            activities[key] = activity
            keys[activity.number] = key
            return activity.outcome.map { .wasDone($0) } ?? .goesOn
        }
        dropOldest()
        last += 1
        activities[key] = Activity(link: link, number: last)
        keys[last] = key
        return .begin(last)
    }

    /// Notes the task that executes a piece of work, so that it can be cancelled.
    mutating func note(_ task: Task<Void, Never>, of number: Int) {
        guard let key = keys[number] else { return }
        activities[key]?.task = task
    }

    /// Notes an outcome. Returns the attempt to report it for; nil if its connection has ended.
    mutating func end(_ number: Int, _ outcome: WorkOutcome, in link: String?) -> Key? {
        guard let key = keys[number] else { return nil }
        activities[key]?.outcome = outcome
        activities[key]?.task = nil
        guard activities[key]?.link == link else {
            if activities[key]?.isStopped == true { forget(key) }
            return nil
        }
        return key
    }

    /// The attempt of a piece of work, if its connection lasts and its outcome is awaited.
    func key(of number: Int, in link: String?) -> Key? {
        guard let key = keys[number], let activity = activities[key], activity.link == link,
            !activity.isStopped, activity.outcome == nil
        else { return nil }
        return key
    }

    /// The daemon knows the outcome, or does not want it.
    mutating func forget(_ key: Key) {
        if let activity = activities.removeValue(forKey: key) { keys[activity.number] = nil }
    }

    /// The daemon awaits no outcome of an attempt any more. Returns the task to cancel.
    mutating func stop(_ key: Key) -> Task<Void, Never>? {
        activities[key]?.isStopped = true
        return activities[key]?.task
    }

    /// The tasks of all work under way.
    var tasks: [Task<Void, Never>] { activities.values.compactMap(\.task) }

    /// Whether an attempt of this connection has not been reported.
    func isBusy(in link: String?) -> Bool { activities.values.contains { $0.link == link } }

    private mutating func dropOldest() {
        let kept = activities.filter { $0.value.outcome != nil }
        guard kept.count > Self.mostKept, let oldest = kept.min(by: { $0.value.number < $1.value.number })?.key else {
            return
        }
        forget(oldest)
    }
}
