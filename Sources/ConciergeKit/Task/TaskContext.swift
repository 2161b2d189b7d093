import WorkingCalendar

/// The context of one attempt, for the task's handler.
public struct TaskContext: Sendable {
    /// The run's id: the same for every attempt, so it serves as an idempotency key.
    public let run: String
    /// The number of the attempt, from 1. An attempt that ended in a crash counts.
    public let attempt: Int
    /// When this attempt began; it does not move while the handler runs.
    public let now: Instant
    /// Who asked for the run.
    public let actor: String
    /// The request that asked for it, if one did.
    public let request: String?
    /// The calendar moment for which a schedule triggered the run; it may lie in the past if the schedule catches up.
    public let elapse: Instant?

    private let ledger: any RequestSource
    private let logger: @Sendable (String) -> Void
    private let reporter: @Sendable (TaskProgress) -> Void
    let commands: AttemptCommands
    private(set) var scope = TaskScope()
    /// The working calendar of the provider; nil in a test that makes the context itself.
    private(set) var calendar: WorkingCalendar?

    package init(
        run: String, attempt: Int, now: Instant, actor: String, request: String?, elapse: Instant?,
        ledger: any RequestSource, logger: @escaping @Sendable (String) -> Void,
        reporter: @escaping @Sendable (TaskProgress) -> Void,
        submit: @escaping @Sendable (RunCommand) async throws -> RunCommandAnswer
    ) {
        self.run = run
        self.attempt = attempt
        self.now = now
        self.actor = actor
        self.request = request
        self.elapse = elapse
        self.ledger = ledger
        self.logger = logger
        self.reporter = reporter
        commands = AttemptCommands(submit: submit)
    }

    /// Reports the progress of the attempt, for clients that wait for the run or show it. The call is cheap and may be
    /// made often; the progress is not kept after the attempt.
    public func progress(_ done: Int, of total: Int? = nil, _ words: Text? = nil) {
        reporter(TaskProgress(done: done, total: total, words: words))
    }

    /// Writes a line to the journal, with the run's fields. Never a resident's personal data.
    public func log(_ line: String) {
        logger(line)
    }

    func within(_ scope: TaskScope) -> TaskContext {
        var context = self
        context.scope = scope
        return context
    }

    func keeping(_ calendar: WorkingCalendar) -> TaskContext {
        var context = self
        context.calendar = calendar
        return context
    }

    /// The zone in which the lodge's days and opening hours are, as for ``ProviderContext/zone``.
    public var zone: Zone { scope.zone }

    /// A directory of the provider's own in which files appear whole or not at all. All of its tasks share it.
    public var folder: DurableFolder { scope.folder }

    /// The requests of a service of the provider, the oldest first.
    ///
    /// - Parameters:
    ///   - service: One of the provider's own services.
    ///   - selection: Whether open or closed ones are read.
    ///   - resident: Only requests of this resident.
    ///   - opened: Only requests that were opened within this time.
    public func requests<S: Service>(
        of service: S.Type, _ selection: RequestSelection = .open, resident: String? = nil,
        opened: Range<Instant>? = nil
    ) -> RequestStream<S> {
        stream { query in
            query.selection = selection
            query.resident = resident.map(Folding.canonical)
            query.opened = opened
        }
    }

    /// The requests of a service of the provider that were closed within this time, in the order in which they were
    /// closed.
    ///
    /// - Parameters:
    ///   - service: One of the provider's own services.
    ///   - resident: Only requests of this resident.
    ///   - opened: Only requests that were opened within this time.
    ///   - closed: The time within which they were closed; its end is not included.
    public func requests<S: Service>(
        of service: S.Type, resident: String? = nil, opened: Range<Instant>? = nil, closed: Range<Instant>
    ) -> RequestStream<S> {
        stream { query in
            query.selection = .closed
            query.resident = resident.map(Folding.canonical)
            query.opened = opened
            query.closed = closed
        }
    }

    private func stream<S: Service>(_ fill: (inout RawRequestQuery) -> Void) -> RequestStream<S> {
        var query = RawRequestQuery(service: S.id)
        fill(&query)
        return RequestStream(source: ledger, scope: scope, query: query)
    }

    /// One request of a service of the provider, open or closed; nil if there is none with this id.
    public func request<S: Service>(_ id: String, of service: S.Type) async throws -> RequestSnapshot<S>? {
        try scope.require(service)
        return try await ledger.request(id, of: S.id).map { try RequestSnapshot($0, scope.states) }
    }
}

/// How far an attempt has come, for whoever waits for it.
public struct TaskProgress: Sendable, Hashable {
    /// How much is done so far, in units that the task chooses.
    public let done: Int
    /// The total amount, if it is known.
    public let total: Int?
    /// What is being done, as text for staff.
    public let words: Text?

    /// Says how far the attempt has come; without `total` only the amount is shown.
    public init(done: Int, total: Int? = nil, words: Text? = nil) {
        self.done = done
        self.total = total
        self.words = words
    }

    /// The progress with the times in its text written in a zone.
    package func said(in zone: Zone) -> TaskProgress {
        TaskProgress(done: done, total: total, words: words?.said(in: zone))
    }
}

/// A request as it was when a task read it.
public struct RequestSnapshot<S: Service>: Sendable {
    /// Its id, for ``TaskContext/submit(_:on:of:as:)`` and for messages.
    public let id: String
    /// The state that it was in; it may have moved on since.
    public let state: StateOf<S>
    /// The resident for whom it was opened, if one was given.
    public let resident: String?
    /// When it was opened; this never changes.
    public let openedAt: Instant
    /// When the request was closed; nil if it is open.
    public let closedAt: Instant?
    /// What the service keeps of it, in the current version, however old the stored one is.
    public let record: S.Record
    private let commitments: [CommitmentView]

    package init(_ raw: RawRequest, _ states: StateBook) throws {
        guard let names = states.names(of: S.self), let state = names.state(raw.state) else {
            throw TaskFailure.final(reason: "\(raw.id) is in the state \"\(raw.state)\", which \(S.id) does not know")
        }
        id = raw.id
        self.state = state
        resident = raw.resident
        openedAt = raw.openedAt
        closedAt = raw.closedAt
        record = try names.upgrades.read(raw.record, version: raw.recordVersion)
        commitments = raw.commitments
    }

    /// By when it must be done, or had to be; nil if it was not promised, or is paused.
    public func due(_ commitment: CommitmentOf<S>) -> Instant? { last(commitment)?.due }

    /// Whether it is promised and was not done yet.
    public func isOpen(_ commitment: CommitmentOf<S>) -> Bool { last(commitment)?.isOpen ?? false }

    /// Whether its deadline passed before it was done.
    public func isMissed(_ commitment: CommitmentOf<S>) -> Bool { last(commitment)?.missedAt != nil }

    private func last(_ commitment: CommitmentOf<S>) -> CommitmentView? {
        commitments.last { $0.name == commitment.id }.flatMap { $0.state == .ended ? nil : $0 }
    }
}

/// A request before it is decoded to its service's types.
package struct RawRequest: Sendable {
    package let id: String
    package let state: String
    package let resident: String?
    package let openedAt: Instant
    package let closedAt: Instant?
    package let record: [UInt8]
    /// The record version in which the record was stored.
    package let recordVersion: Int
    package let commitments: [CommitmentView]

    package init(
        id: String, state: String, resident: String?, openedAt: Instant, closedAt: Instant?, record: [UInt8],
        recordVersion: Int, commitments: [CommitmentView] = []
    ) {
        self.id = id
        self.state = state
        self.resident = resident
        self.openedAt = openedAt
        self.closedAt = closedAt
        self.record = record
        self.recordVersion = recordVersion
        self.commitments = commitments
    }
}

/// The source from which a task reads requests.
package protocol RequestSource: Sendable {
    /// A portion of the requests that a query finds, in the stream's order, and the place after which the next portion
    /// begins; nil after the last. A portion may be empty although others follow.
    func requests(_ query: RawRequestQuery) async throws -> (requests: [RawRequest], next: RequestPlace?)
    func request(_ id: String, of service: String) async throws -> RawRequest?
}
