package import ConciergeKit

/// To what a request goes back if the last thing that staff did to it is taken back.
package struct UndoPoint: Sendable, Hashable {
    /// When it was done.
    package let at: Instant
    /// Who did it.
    package let actor: String
    /// The request as it was before; nil if a run did it, or if it was taken back: then there is nothing to take back.
    package let before: Before?

    package init(at: Instant, actor: String, before: Before?) {
        self.at = at
        self.actor = actor
        self.before = before
    }

    /// A request and all that belongs to it, but for whom it is, which place it is about and who follows it: those are
    /// corrected by themselves.
    package struct Before: Sendable, Hashable {
        package let state: String
        package let closedAt: Instant?
        package let record: [UInt8]
        package let recordVersion: Int
        /// The timers but for those that deliver signals.
        package let timers: [TimerKey: Instant]
        package let claims: [String]
        package let ranges: [String: [HeldRange]]
        package let shares: [String: [HeldShare]]
        package let commitments: [StoredCommitment]
        /// The numbers of the notices that were waiting to be told.
        package let notices: [Int64]

        package init(
            state: String, closedAt: Instant? = nil, record: [UInt8], recordVersion: Int,
            timers: [TimerKey: Instant] = [:], claims: [String] = [], ranges: [String: [HeldRange]] = [:],
            shares: [String: [HeldShare]] = [:], commitments: [StoredCommitment] = [], notices: [Int64] = []
        ) {
            self.state = state
            self.closedAt = closedAt
            self.record = record
            self.recordVersion = recordVersion
            self.timers = timers
            self.claims = claims
            self.ranges = ranges
            self.shares = shares
            self.commitments = commitments
            self.notices = notices
        }
    }
}

/// What the engine may ask in order to take something back. Nothing of it is asked otherwise.
package protocol UndoFacts {
    /// To what a request goes back; nil if nothing was done to it since it was opened.
    func undoPoint(of request: RequestID) throws -> UndoPoint?
    /// The history lines of a request from a moment on, in their order.
    func lines(of request: RequestID, since: Instant) throws -> [NumberedEntry]
    /// The runs that a request asked for and that have not ended.
    func runs(unfinishedOf request: RequestID) throws -> [StoredRun]
}
