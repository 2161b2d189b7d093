import ConciergeEngine
import ConciergeKit

/// What the replay knows of a request from its first line to its last.
struct Followed {
    struct Run {
        let run: StoredRun
        /// Whether a rule that was decided again has asked for it.
        var isAsked = false
        /// Whether a line has recorded its end.
        var hasEnded = false
    }

    let id: RequestID
    /// The resident for whom it is after the last line.
    var resident: String?
    /// The place that it is about after the last line.
    var about: PlaceKey?
    let cause: SignalCause?
    /// Whether it is open in the ledger.
    let staysOpen: Bool
    /// The position of its last line.
    let last: Int64
    /// The runs that it asked for, as the ledger has them.
    var runs: [Run]
    /// The last line that a rule decided.
    var previous: NumberedEntry?
    /// Whether a line could not be decided again, so that the lines after it are taken as they are.
    var isGiven = false
    /// Whether a state differed, so that what the rest leads to is not what was recorded.
    var hasLeft = false
    /// Whether a decision may have depended on what a request held that has been deleted since.
    var dependsOnDeleted = false
    /// Timers whose rule postponed them. The delays count from the daemon's last start, which the history does not
    /// show.
    var postponed: Set<TimerKey> = []
    /// Since when its timers may fire again, after a quarantine; in the future while it lasts.
    var heldUntil: Instant?
}
