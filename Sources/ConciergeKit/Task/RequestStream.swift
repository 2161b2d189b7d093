/// Which requests a task reads.
public enum RequestSelection: Sendable, Hashable {
    /// Requests that are open.
    case open
    /// Requests that are closed.
    case closed
    /// All requests.
    case all
}

/// The requests of a service, the oldest first, read from the ledger in portions: a million requests do not come into
/// memory.
///
/// A request that is there during the whole reading is given once. One that is opened meanwhile may be given; one that
/// changes meanwhile is given as it was when its portion was read.
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
        fileprivate let stream: RequestStream
        private var portion: ArraySlice<RawRequest> = []
        private var next: Int64? = .min

        fileprivate init(stream: RequestStream) { self.stream = stream }

        /// The next request; nil after the last. Throws if the ledger cannot be read, or if a request cannot.
        public mutating func next() async throws -> RequestSnapshot<S>? {
            while portion.isEmpty {
                guard let after = next else { return nil }
                var query = stream.query
                query.after = after
                let page = try await stream.source.requests(query)
                (portion, next) = (page.requests[...], page.next)
            }
            return try RequestSnapshot(portion.removeFirst(), stream.scope.states)
        }
    }
}

/// A question for requests, before their service's types are known.
package struct RawRequestQuery: Sendable, Hashable {
    package let service: String
    package var selection = RequestSelection.open
    package var resident: String?
    package var opened: Range<Instant>?
    /// Only requests with greater numbers.
    package var after: Int64 = .min
    package var limit = 256

    package init(service: String) { self.service = service }
}

/// What a task knows of its provider besides the run.
package struct TaskScope: Sendable {
    package var states: StateBook
    package var zone: Zone
    package var folder: DurableFolder

    package init(states: StateBook = StateBook(), zone: Zone = .utc, folder: DurableFolder = DurableFolder("")) {
        self.states = states
        self.zone = zone
        self.folder = folder
    }
}
