import ConciergeKit
import JSON

extension Batch {
    /// What a step does with notices: those that it writes, and those of before that are true no more.
    struct StepNotices {
        fileprivate var written: [(notice: WrittenNotice, delivery: NoticeDelivery, follower: String?)] = []
        fileprivate var withdrawn: [WaitingNotice] = []
        /// The runs that send what is written, as far as no queued run takes it along.
        fileprivate var runs: [StoredRun] = []
    }

    /// Decides how notices are delivered, and which of those that wait are withdrawn. Nothing is staged yet.
    ///
    /// - Parameters:
    ///   - recalled: Whose notices of which names are true no more.
    ///   - leaves: Whether the request leaves its state.
    mutating func notices(
        _ written: [WrittenNotice], recalled: [(audience: Audience, names: Set<String>)] = [],
        about request: StoredRequest, leaves: Bool
    ) throws -> StepNotices {
        var step = StepNotices()
        guard !written.isEmpty || !recalled.isEmpty || leaves else { return step }
        var news = written
        for index in news.indices { news[index].audience = addressed(news[index].audience) }
        if request.version > 0, leaves || !recalled.isEmpty || news.contains(where: \.audience.isDelivered) {
            let outdated =
                news.map { ($0.audience, $0.supersedes.union($0.retracts)) }
                + recalled.map { (addressed($0.audience), $0.names) }
            step.withdrawn = try staged.waitingNotices(of: request.id).filter { notice in
                let isOutdated = outdated.contains { $0.0 == notice.audience && $0.1.contains(notice.name) }
                return try (isOutdated || leaves && notice.delivery.isOnlyInState) && isRecalled(notice)
            }
            let withdrawn = step.withdrawn
            news.removeAll { notice in
                withdrawn.contains { $0.audience == notice.audience && notice.retracts.contains($0.name) }
            }
        }
        // Of a request about a place that is for nobody, only its followers are told.
        let isForNobody = request.resident == nil && request.about != nil
        let forSomebody = news.filter { $0.audience != .resident || !isForNobody }
        try write(forSomebody, to: request.resident, about: request.service, &step)
        // A follower is told what the resident is told, but for what is secret.
        let shared = news.filter { $0.audience == .resident && !$0.isSecret }
        for follower in try staged.followers(of: request) {
            try write(shared, to: follower, follower: follower, about: request.service, &step)
        }
        return step
    }

    /// A partner is called as the configuration calls it, so that what is for one partner leaves together. In a lodge that
    /// has configured none, staff read what a partner is to be told.
    private func addressed(_ audience: Audience) -> Audience {
        guard let name = audience.partner else { return audience }
        return registry.partners.isEmpty ? .staff : .partner(registry.partners.partner(named: name)?.name ?? name)
    }

    /// Adds notices to a step, and how those for the resident, or for this follower, and for partners reach them.
    private mutating func write(
        _ notices: [WrittenNotice], to resident: String?, follower: String? = nil, about service: ServiceID,
        _ step: inout StepNotices
    ) throws {
        // By audience, in the order in which they are written to.
        var mails: [(audience: Audience, mail: Mailing?)] = []
        for notice in notices {
            var delivery = NoticeDelivery(usefulUntil: notice.usefulUntil, isOnlyInState: notice.isOnlyInState)
            if notice.audience.isDelivered {
                var index = mails.count
                if let known = mails.firstIndex(where: { $0.audience == notice.audience }) {
                    index = known
                } else {
                    mails.append((notice.audience, try mailing(to: notice.audience, resident, about: service)))
                }
                delivery.run = try run(isUrgent: notice.isUrgent, &mails[index].mail)
            }
            step.written.append((notice, delivery, follower))
        }
        step.runs += mails.flatMap { $0.mail?.runs ?? [] }
    }

    /// Whether a notice that waits can still be kept back: no attempt to send it has begun.
    func isRecalled(_ notice: WaitingNotice) throws -> Bool {
        guard let run = try notice.delivery.run.flatMap({ try staged.run($0) }) else { return true }
        return run.attempt == 0 && run.state == .queued || run.state.isFinished
    }

    /// Stages a step's notices: their lines, their deliveries and their runs.
    ///
    /// - Parameter state: The request's state in each line; nil for the notices of a rule, which stand below its line.
    mutating func apply(_ step: StepNotices, to request: StoredRequest, in state: String? = nil, by actor: String) {
        for notice in step.withdrawn { staged.set(notice, .withdrawn) }
        for (notice, delivery, follower) in step.written {
            let input: JSONObject? = follower.map { ["follower": .string($0)] }
            staged.append(
                Entry(
                    request: request.id, service: request.service, at: now, actor: actor,
                    event: RequestEvent(notice), from: state, to: state,
                    input: input.map { Array($0.description.utf8) }, note: notice.words))
            guard notice.audience.isDelivered, delivery != NoticeDelivery() || !notice.values.isEmpty else {
                continue
            }
            let values = notice.values.mapValues { $0.said(in: registry.zone) }
            staged.changes.notices.begun[staged.changes.entries.count - 1] = NewNotice(
                // Plain texts and times are always written.
                .waiting, delivery, values: values.isEmpty ? nil : try? JSONCoding.encode(values))
        }
        for run in step.runs { begin(run) }
    }

    /// Stages a notice about a request, open or closed. Nothing else of the request changes.
    mutating func notify(_ notice: WrittenNotice, about id: RequestID, by actor: String) throws -> Answer {
        let request = try find(id)
        let timers = try staged.timers(of: id)
        let commitments = try commitments(of: request)
        let step = try notices([notice], about: request, leaves: false)
        // A line of its own has the request's state, so that it is not taken for a notice of the rule before it.
        apply(step, to: request, in: request.state, by: actor)
        return .request(
            RequestView(
                request: request, timers: timers, commitments: commitments,
                followers: try staged.followers(of: request)))
    }

    /// Stages that somebody was told what a notice says, by whom and when. Once it is told, nothing more happens.
    mutating func tell(_ number: Int64, by actor: String) throws -> Answer {
        guard let notice = try staged.notice(number) else { throw Rejection.notFound("\(number)") }
        let request = try find(notice.line.entry.request)
        let timers = try staged.timers(of: request.id)
        if notice.state != .told, let name = notice.line.entry.noticeName {
            staged.set(notice, .told)
            staged.append(
                Entry(
                    request: request.id, service: request.service, at: now, actor: actor, event: .told(name),
                    from: request.state, to: request.state))
        }
        // The answer names whom the notice is for.
        var told = request
        told.resident = notice.partner ?? notice.resident
        return .request(RequestView(request: told, timers: timers))
    }
}

extension RequestEvent {
    /// What a history says of a notice, besides its words.
    init(_ notice: WrittenNotice) { self = .notice(notice.name, to: notice.audience, isSecret: notice.isSecret) }
}
