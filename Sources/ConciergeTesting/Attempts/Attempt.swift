/// What becomes of an attempt of a task in a ``Lodge``: the hardships that the daemon's attempts meet.
public enum PlannedAttempt: Sendable, Hashable {
    /// The handler runs to its end.
    case runs
    /// The attempt fails with this reason; the handler is not called.
    case fails(String)
    /// The handler runs to its end, and the daemon is killed before it can commit the end: the run begins again with the
    /// same id.
    case isLost
    /// The daemon is killed where the handler waits for the `at`-th time, or before its end is committed if it waits
    /// less often. What the handler has done stays; what follows, `defer` included, is not executed. The run begins
    /// again with the same id.
    case isKilled(at: Int = 1)
    /// The time limit expires where the handler waits for the `at`-th time: the handler is cancelled, and the attempt
    /// has failed. The handler fails by its time limit too if it waits less often.
    case timesOut(at: Int = 1)

    var cut: HandlerRun.Cut? {
        switch self {
        case .runs, .fails, .isLost: nil
        case .isKilled(let point): .kill(at: point)
        case .timesOut(let point): .cancel(at: point)
        }
    }

    var endsTheDaemon: Bool {
        switch self {
        case .isLost, .isKilled: true
        case .runs, .fails, .timesOut: false
        }
    }
}

/// A line that a provider wrote to the journal.
public struct LodgeLine: Sendable, Hashable {
    /// The id of the provider that wrote it: `keys`.
    public let provider: String
    /// The task whose handler wrote it; nil if the provider wrote it outside of a run.
    public let task: String?
    /// What it says, without time and level.
    public let text: String
}
