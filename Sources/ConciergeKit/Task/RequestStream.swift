/// Whether a task reads requests that are open, closed, or both.
public enum RequestSelection: Sendable, Hashable {
    /// Those in a state that is open: somebody or something still has to act.
    case open
    /// Those that are over, as long as the ledger keeps them.
    case closed
    /// Both, in the order in which they were opened.
    case all
}

/// The requests of a service, the oldest first, read from the ledger in portions: a million requests do not come into
/// memory.
///
/// Open requests, and all requests, come in the order in which they were opened; closed ones in the order in which they
/// were closed. A request that fits the question during the whole reading is given exactly once, whatever is opened,
/// changed or closed meanwhile. Each is given as it was when its portion was read. One that begins or ceases to fit
/// meanwhile (it is opened, closed or deleted for its age) may be given or not, and never twice.
///
/// Each iterator reads from the beginning. A crash ends the reading with its attempt: the next attempt reads anew.
public struct RequestStream<S: Service>: AsyncSequence, Sendable {
    /// A request as it was when it was read.
    public typealias Element = RequestSnapshot<S>

    let source: any RequestSource
    let scope: TaskScope
    let query: RawRequestQuery

    /// Reads the requests from the beginning.
    public func makeAsyncIterator() -> Iterator { Iterator(stream: self) }

    /// The requests that are left to give.
    public struct Iterator: AsyncIteratorProtocol {
        private let scope: TaskScope
        private let source: any RequestSource
        private var query: RawRequestQuery
        private var portion: ArraySlice<RawRequest> = []
        private var isAtEnd = false

        fileprivate init(stream: RequestStream) {
            scope = stream.scope
            source = stream.source
            query = stream.query
            query.withCommitments = scope.states.names(of: S.self)?.commitments.isEmpty == false
        }

        /// The next request; nil after the last.
        ///
        /// - Throws: What the ledger throws if it cannot be read; `CancellationError` once the attempt is cancelled;
        ///   ``TaskFailure/final(reason:)`` if the service is not of this provider, or if a record cannot be read.
        public mutating func next() async throws -> RequestSnapshot<S>? {
            while portion.isEmpty {
                if isAtEnd { return nil }
                try Task.checkCancellation()
                try scope.require(S.self)
                let (requests, next) = try await source.requests(query)
                portion = requests[...]
                query.after = next
                isAtEnd = next == nil
            }
            return try RequestSnapshot(portion.removeFirst(), scope.states)
        }
    }
}

/// A question for requests, before their service's types are known.
package struct RawRequestQuery: Sendable, Hashable {
    package let service: String
    package var selection = RequestSelection.open
    package var resident: String?
    package var opened: Range<Instant>?
    /// Only requests that were closed within this time. It is for closed requests only.
    package var closed: Range<Instant>?
    /// The place after which the portion begins; nil for the beginning.
    package var after: RequestPlace?
    package var limit = 256
    /// Whether the commitments of the requests are read too.
    package var withCommitments = false

    package init(service: String) { self.service = service }
}

/// A place in the order in which a stream gives requests. A ledger compares places by both numbers, the first one
/// first, and only the ledger that made a place understands it.
package struct RequestPlace: Sendable, Hashable {
    /// For example when a request was closed; 0 where requests are in the order of their numbers alone.
    package let first: Int64
    /// The number of a request.
    package let number: Int64

    package init(first: Int64 = 0, number: Int64) {
        self.first = first
        self.number = number
    }
}

/// What a task knows of its provider besides the run.
package struct TaskScope: Sendable {
    package var states: StateBook
    package var tasks: Set<TaskReference>
    package var zone: Zone
    package var folder: DurableFolder

    package init(
        states: StateBook = StateBook(), tasks: Set<TaskReference> = [], zone: Zone = .utc,
        folder: DurableFolder = DurableFolder("")
    ) {
        self.states = states
        self.tasks = tasks
        self.zone = zone
        self.folder = folder
    }

    /// Refuses a service that is not of the task's provider.
    func require<S: Service>(_ service: S.Type) throws(TaskFailure) {
        guard states.contains(service) else {
            throw .final(
                reason: "\"\(S.id)\" is not a service of this provider: a task sees only its provider's requests")
        }
    }
}
