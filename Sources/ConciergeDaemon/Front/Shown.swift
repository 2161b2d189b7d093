package import ConciergeEngine
package import ConciergeKit
package import ConciergeProtocol
import JSON

// The control interface's view of requests, history lines and runs.

/// Makes the view of requests and runs, depending on what is served now.
struct Views: Sendable {
    let served: ServedRegistry
    let progress: ProgressBoard
    /// The number of workers that are connected and execute a task.
    var workers: @Sendable (TaskID) -> Int = { _ in 0 }

    func request(_ view: RequestView, hidingSecrets: Bool = false) -> Wire.Request {
        request(view, of: served.shown(view.request.service), served.registry, hidingSecrets: hidingSecrets)
    }

    private func request(
        _ view: RequestView, of service: (table: ServiceTable?, isServed: Bool), _ registry: Registry,
        hidingSecrets: Bool
    ) -> Wire.Request {
        Wire.Request(
            view, table: service.table, isServed: service.isServed, partners: registry.partners,
            hidingSecrets: hidingSecrets)
    }

    /// A request of a list, with its headline.
    func listed(_ view: RequestView, hidingSecrets: Bool) -> Wire.Request {
        let (service, registry) = (served.shown(view.request.service), served.registry)
        var request = self.request(view, of: service, registry, hidingSecrets: hidingSecrets)
        request.headline =
            hidingSecrets
            ? service.table?.publicHeadline(of: view.request, in: registry.zone)
            : service.table?.headline(of: view.request, in: registry.zone)
        return request
    }

    func run(_ run: StoredRun, hidingSecrets: Bool = false) -> Wire.Run {
        let task = served.task(run.task)
        var shown = Wire.Run(run, progress: progress.latest(of: run.id), isServed: task != nil)
        if run.state == .queued, task?.executor == .worker, workers(run.task) == 0 { shown.waitsForWorker = true }
        return hidingSecrets ? withoutSecrets(shown, run) : shown
    }

    /// Progress of a run that is under way.
    func run(_ run: StoredRun, at progress: TaskProgress?, hidingSecrets: Bool) -> Wire.Run {
        let shown = Wire.Run(run, progress: progress)
        return hidingSecrets ? withoutSecrets(shown, run) : shown
    }

    /// A run without the secret fields of its input. If the task is not served, none of its input is shown, because only
    /// the task says which fields are secret.
    private func withoutSecrets(_ shown: Wire.Run, _ run: StoredRun) -> Wire.Run {
        var shown = shown
        let secrets = served.registry.task(run.task)?.task.input.secrets
        let members = secrets.map { secrets in run.input.filter { !secrets.contains($0.0) } } ?? []
        shown.input = Wire.RawObject(JSONObject(members.map { ($0.0, $0.1) }))
        return shown
    }

    /// A notice, without its words if they are secret and secrets are hidden.
    func notice(_ notice: StoredNotice, at now: Instant, hidingSecrets: Bool) -> Wire.Notice {
        let shown = entry(notice.line, hidingSecrets: hidingSecrets)
        let isSecret = if case .notice(_, _, let isSecret) = notice.line.entry.event { isSecret } else { false }
        return Wire.Notice(
            id: String(notice.number), request: shown.request, service: shown.service, resident: notice.resident,
            partner: notice.partner, at: shown.at, name: shown.event.name ?? "",
            state: notice.isTooLate(at: now) ? .tooLate : .init(rawValue: notice.state.rawValue),
            by: notice.delivery.run == nil || notice.state == .failed ? .hand : .mail,
            run: notice.delivery.run?.description, usefulUntil: notice.delivery.usefulUntil, secret: isSecret,
            words: shown.note)
    }

    /// A history line, without its secrets if secrets are hidden.
    func entry(_ line: NumberedEntry, hidingSecrets: Bool) -> Wire.Entry {
        guard hidingSecrets else { return Wire.Entry(line) }
        return Wire.Entry(line.hidingSecrets(served.shownTable(of: line.entry.service)))
    }
}

extension Wire.Request {
    /// `table` is the table of the service if it is served, or was before. If secrets are hidden, a request without one shows
    /// no data, because only the table says which parts are secret. Partners have the names of the configuration.
    package init(
        _ view: RequestView, table: ServiceTable?, isServed: Bool = true, partners: PartnerBook = PartnerBook(),
        now: Instant? = nil,
        hidingSecrets: Bool = false
    ) {
        let request = view.request
        let record =
            hidingSecrets
            ? table?.publicRecord(of: request) ?? [] : table?.shownRecord(of: request) ?? request.record
        self.init(
            id: request.id.description, service: request.service.rawValue, state: request.state, open: request.isOpen,
            resident: request.resident, openedAt: request.openedAt, closedAt: request.closedAt,
            // The record is not an object if the ledger could not read it, or if it is hidden because the service is
            // not served.
            data: record.first == UInt8(ascii: "{") ? Wire.RawObject(encoded: record) : Wire.RawObject(),
            version: request.version,
            // Who may not see secrets may not act either.
            actions: view.quarantine == nil && isServed && !hidingSecrets
                ? table?.actions(in: request.state) ?? [] : [],
            timers: view.timers.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
                .map { Timer(name: $0.key.description, due: $0.value) },
            commitments: view.commitments.isEmpty
                ? nil
                : view.commitments.map {
                    Wire.Commitment($0, table: table, partners: partners, now: now ?? Daemon.systemClock())
                },
            unattended: (table == nil || !isServed) && request.isOpen ? true : nil,
            quarantine: view.quarantine.map { Wire.Quarantine($0) }, place: view.place,
            about: request.about.map {
                About(residence: $0.residence, dwelling: $0.dwelling, commonPart: $0.commonPart)
            },
            followers: view.followers.isEmpty ? nil : view.followers.map { Follower(resident: $0) })
    }
}

extension Wire.Commitment {
    /// A commitment without its explanation, at a time.
    init(_ view: CommitmentView, table: ServiceTable?, partners: PartnerBook, now: Instant) {
        self.init(
            number: view.number, name: view.name,
            title: table?.commitments.first { $0.id == view.name }?.name,
            kind: Kind(rawValue: view.kind.rawValue), state: State(rawValue: view.state.rawValue),
            late: view.isLate(at: now) ? true : nil, partner: view.partner.map(partners.name(of:)), since: view.start,
            due: view.due,
            pausedSince: view.pausedSince, keptAt: view.keptAt, missedAt: view.missedAt, reopened: view.reopened,
            score: view.score)
    }
}

extension Wire.Entry {
    init(_ line: NumberedEntry) {
        let entry = line.entry
        self.init(
            seq: line.seq, request: entry.request.description, service: entry.service.rawValue, at: entry.at,
            actor: entry.actor,
            event: Wire.Event(entry.event), from: entry.from, to: entry.to,
            input: entry.address ?? entry.input.map { Wire.RawObject(encoded: $0) }, note: entry.note)
    }
}

extension Wire.Event {
    fileprivate init(_ event: RequestEvent) {
        switch event {
        case .opened: self.init(.open)
        case .openedBy(let opening): self.init(.open, opening)
        case .openedOnSignal(let signal): self.init(.open, signal)
        case .signal(let signal): self.init(.signal, signal)
        case .action(let action): self.init(.action, action)
        case .timer(let timer): self.init(.timer, timer)
        case .runEnded(let task): self.init(.run, task.rawValue)
        case .granted: self.init(.grant)
        case .corrected: self.init(.correct)
        case .reassigned: self.init(.reassign)
        case .relocated: self.init(.relocate)
        case .noted: self.init(.note)
        case .undone: self.init(.undo)
        case .followed: self.init(.follow)
        case .unfollowed: self.init(.unfollow)
        case .notice(let name, _, _): self.init(.notice, name)
        case .told(let name): self.init(.told, name)
        case .delivered(let name, let state): self.init(Kind(rawValue: state.rawValue), name)
        case .upgraded: self.init(.upgrade)
        case .quarantined: self.init(.quarantine)
        case .released: self.init(.release)
        }
    }
}

extension Entry {
    /// The audience of a notice, and the follower for whom it is; nil for any other event.
    fileprivate var address: Wire.RawObject? {
        guard case .notice(_, let audience, let isSecret) = event else { return nil }
        var members: JSONObject
        switch audience {
        case .resident: members = ["to": "resident"]
        case .staff: members = ["to": "staff"]
        case .partner(let name): members = ["to": "partner", "partner": .string(name)]
        }
        if isSecret { members["secret"] = true }
        if let follower { members["follower"] = .string(follower) }
        return Wire.RawObject(members)
    }
}

extension Wire.Run {
    /// `isServed` is whether the task is served now. If not, a queued run is shown as unattended.
    init(_ run: StoredRun, progress: TaskProgress? = nil, isServed: Bool = true) {
        self.init(
            id: run.id.description, task: run.task.rawValue, provider: run.provider.rawValue,
            state: State(rawValue: run.state.rawValue),
            input: Wire.RawObject(run.input), actor: run.actor, request: run.request?.description,
            schedule: run.schedule?.rawValue,
            elapse: run.elapse, priority: Wire.RunPriority(rawValue: run.priority.word), attempt: run.attempt,
            attempts: run.attempts, createdAt: run.createdAt, due: run.state == .queued ? run.due : nil,
            startedAt: run.startedAt, finishedAt: run.finishedAt, outcome: run.outcome,
            data: run.data.map { Wire.RawObject(encoded: $0.asObject) },
            table: run.table.map { Wire.RawObject(encoded: $0) }, error: run.error,
            progress: progress.map { Wire.Progress(done: $0.done, total: $0.total, text: $0.words) },
            unattended: !isServed && run.state == .queued ? true : nil,
            quarantine: run.quarantine.map { Wire.Quarantine($0) })
    }
}

extension Wire.Quarantine {
    init(_ quarantine: Quarantine) {
        self.init(
            kind: Kind(rawValue: quarantine.subject.kind), since: quarantine.since, crashes: quarantine.crashes,
            event: quarantine.event, cause: quarantine.cause)
    }
}

extension [UInt8] {
    /// JSON that is an object: an answer of another kind is its member `answer`.
    fileprivate var asObject: [UInt8] {
        first == UInt8(ascii: "{") ? self : Array(#"{"answer":"#.utf8) + self + Array("}".utf8)
    }
}
