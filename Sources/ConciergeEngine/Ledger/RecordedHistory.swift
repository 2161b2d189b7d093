package import ConciergeKit

/// The content of a ledger at one moment, from which its history is decided again. Reading it changes nothing.
package protocol RecordedHistory: AnyObject {
    /// History lines after a position, in order, at most `limit`.
    func lines(after seq: Int64, limit: Int) throws -> [NumberedEntry]
    /// The position of the last line of a request; nil if it has none.
    func lastLine(of request: RequestID) throws -> Int64?
    /// The first line of a request that corrects for whom it is.
    func firstReassignment(of request: RequestID) throws -> Entry?
    /// The first line of a request that corrects which place it is about.
    func firstRelocation(of request: RequestID) throws -> Entry?
    func request(_ id: RequestID) throws -> RequestView?
    /// The runs that a request asked for, in the order in which it did.
    func runs(of request: RequestID) throws -> [StoredRun]
    /// The settings with which providers were served, in the order in which they began to hold.
    func settings() throws -> [RecordedSettings]
    /// The signals that services listened to when they were last served.
    func listeners() throws -> Listeners
    /// What is left of the history.
    func extent() throws -> HistoryExtent
    /// What was held and who was in line at that moment.
    var facts: any Facts { get }
}

/// What is left of a history from which old requests and runs have been deleted.
package struct HistoryExtent: Sendable, Hashable {
    /// How many lines there are.
    package let count: Int
    /// Lines from this position on are complete: whatever was deleted had let go of what it held before.
    package let completeFrom: Int64
    /// Runs that ended since then are all there; nil if no run shows how far back they reach.
    package let runsSince: Instant?

    package init(count: Int, completeFrom: Int64, runsSince: Instant?) {
        self.count = count
        self.completeFrom = completeFrom
        self.runsSince = runsSince
    }
}

/// Where requests are kept while a history is decided again. Nothing of it outlives the process.
package protocol ReplayWorkspace: AnyObject {
    var facts: any Facts { get }
    /// Applies the changes of one decision. History lines, runs and answers are not kept.
    func apply(_ changes: Changes) throws
    /// Deletes a closed request. Its shares stay for as long as they count.
    func forget(_ request: RequestID) throws
    /// Releases the keys and ranges of a request and takes it out of the line.
    func release(_ request: RequestID) throws
}
