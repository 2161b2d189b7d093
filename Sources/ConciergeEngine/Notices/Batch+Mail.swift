import ConciergeKit

extension Batch {
    /// The mails to one person that a step asks for.
    struct Mailing {
        /// The resident's id as the request has it and who acts for them, or the partner.
        let recipient: SendMail.Recipient
        let address: String
        let place: Place?
        /// The runs that are new.
        var runs: [StoredRun] = []
        /// The new run that takes along further notices.
        var open: StoredRun?
    }

    /// Where to write to an audience of a service's notices; nil if staff tell what there is to say.
    ///
    /// - Parameter resident: The resident who is the audience, if it is one.
    func mailing(to audience: Audience, _ resident: String?, about service: ServiceID) throws -> Mailing? {
        guard registry.mail != nil, let mail = try addressed(to: audience, resident, about: service),
            try staged.refusal(ofAddress: RefusedAddress.key(of: mail.address)) == nil
        else { return nil }
        return mail
    }

    /// Where an audience can be written to, whether its address was refused or not.
    private func addressed(to audience: Audience, _ resident: String?, about service: ServiceID) throws -> Mailing? {
        switch audience {
        case .staff: return nil
        case .partner(let name):
            guard let partner = registry.partners.correspondent(named: name) else { return nil }
            return Mailing(recipient: SendMail.Recipient(partner: name), address: partner.email, place: nil)
        case .resident:
            guard let resident, let known = try staged.known(Resident.key(of: resident)),
                let correspondent = known.correspondent(for: service, on: today)
            else { return nil }
            return Mailing(
                recipient: SendMail.Recipient(resident: resident, holder: correspondent.holder),
                address: correspondent.address, place: KnownResident(known).place)
        }
    }

    private var today: LocalDate { registry.zone.local(now).date }

    /// The run that sends a notice: one to the same person that has not begun takes it along, unless it is urgent.
    mutating func run(isUrgent: Bool, _ mailing: inout Mailing?) throws -> RunID? {
        guard var mail = mailing, let plan = registry.mail, let task = registry.task(SendMail.id)?.task,
            let input = try? SendMail.name.encode(mail.recipient)
        else { return nil }
        defer { mailing = mail }
        let provider = ProviderID(SendMail.provider)
        if isUrgent {
            let run = try newRun(of: task, provider, with: input, by: "lodge", priority: .high)
            mail.runs.append(run)
            return run.id
        }
        if let open = mail.open { return open.id }
        // A run that has begun says what it says at each attempt: what comes later goes into another one.
        var turn = 0
        while true {
            var run = try newRun(
                of: task, provider, with: input, by: "lodge",
                uniqueKey: "\(mail.recipient.key)#\(turn)")
            guard let other = try same(as: run) else {
                run.due = plan.departure(at: now, to: mail.place)
                mail.runs.append(run)
                mail.open = run
                return run.id
            }
            if other.state == .queued, other.attempt == 0 { return other.id }
            turn += 1
        }
    }

    /// Notices that are to reach somebody by another way.
    struct Rerouted {
        fileprivate var notices: [(WaitingNotice, NoticeDelivery)] = []
        fileprivate var runs: [StoredRun] = []
    }

    /// The notices of a request that wait, as they reach another resident.
    mutating func rerouted(of request: StoredRequest, to resident: String) throws -> Rerouted {
        let waiting = try staged.waitingNotices(of: request.id).filter(\.isForResident)
        var rerouted = Rerouted()
        guard !waiting.isEmpty else { return rerouted }
        var mail = try mailing(to: .resident, resident, about: request.service)
        for notice in waiting {
            var delivery = notice.delivery
            delivery.run = mail == nil ? nil : try run(isUrgent: false, &mail)
            rerouted.notices.append((notice, delivery))
        }
        rerouted.runs = mail?.runs ?? []
        return rerouted
    }

    mutating func apply(_ rerouted: Rerouted) {
        for (notice, delivery) in rerouted.notices { staged.set(notice, .waiting, delivery) }
        for run in rerouted.runs { begin(run) }
    }

    /// Stages that a notice is sent by mail, which staff were to tell: the address was wrong, or is new.
    mutating func sendAgain(_ number: Int64, by actor: String) throws -> Answer {
        guard let notice = try staged.notice(number) else { throw Rejection.notFound("\(number)") }
        let request = try find(notice.line.entry.request)
        guard notice.isByHand else {
            throw Rejection.refused(
                Text(
                    fr: "Ce message n'est pas à dire de vive voix : il n'y a rien à renvoyer.",
                    en: "This notice is not one to be told by hand: there is nothing to send again."))
        }
        guard registry.mail != nil else {
            throw Rejection.refused(
                Text(
                    fr: "Cette loge n'envoie pas de courriel (messages.mail).",
                    en: "This lodge sends no mail (messages.mail)."))
        }
        let audience = notice.line.entry.noticeAudience ?? .staff
        var mail = try addressed(to: audience, notice.resident, about: request.service)
        guard let address = mail?.address else {
            throw Rejection.refused(
                notice.partner.map { name in
                    Text(
                        fr: "Les réglages n'ont pas d'adresse électronique pour \(name) (partners).",
                        en: "The configuration has no e-mail address of \(name) (partners).")
                }
                    ?? Text(
                        fr: "Il n'y a pas d'adresse électronique pour cette personne, ou un autre moyen est préféré.",
                        en: "There is no e-mail address of this person, or they want to be reached otherwise."))
        }
        let timers = try staged.timers(of: request.id)
        var delivery = notice.delivery
        delivery.run = try run(isUrgent: false, &mail)
        staged.changes.notices.refused[RefusedAddress.key(of: address)] = .some(nil)
        staged.changes.notices.changed[number] = NewNotice(.waiting, delivery)
        for run in mail?.runs ?? [] { begin(run) }
        return .request(RequestView(request: request, timers: timers))
    }

    /// Where a run writes to; nil if there is no address any more.
    private func address(of recipient: SendMail.Recipient) throws -> String? {
        if let partner = recipient.partner { return registry.partners.correspondent(named: partner)?.email }
        guard let resident = recipient.resident else { return nil }
        return try staged.known(Resident.key(of: resident))?.correspondent(of: recipient, on: today)?.address
    }

    /// Records what became of the notices of a mail that has ended.
    mutating func conclude(_ run: StoredRun) throws {
        let notices = SendMail.said(try staged.notices(sentBy: run.id), in: run)
        var lines: [(StoredRequest, StoredNotice)] = []
        for notice in notices {
            // A request that was deleted has no notices.
            if let request = try staged.request(notice.line.entry.request) { lines.append((request, notice)) }
        }
        let ending = run.state == .succeeded ? run.data.flatMap { try? SendMail.name.decodeAnswer($0) } : nil
        let (state, words): (StoredNotice.State, Text) =
            switch ending?.outcome {
            case .sent?: (.sent, Text(fr: "Envoyé par courriel.", en: "Sent by mail."))
            case .uncertain?:
                (
                    .uncertain,
                    Text(
                        fr: "Envoyé par courriel, sans réponse du serveur : peut-être arrivé.",
                        en: "Sent by mail, without an answer of the server: it may have arrived.")
                )
            case .refused?:
                (
                    .failed,
                    Text(
                        fr: "L'adresse est refusée par le serveur : à dire de vive voix.",
                        en: "The server refuses the address: to be told by hand.")
                )
            case .unreachable?, .nothing?, nil:
                (
                    .failed,
                    Text(
                        fr: "Le courriel n'est pas parti : à dire de vive voix.",
                        en: "The mail did not leave: to be told by hand.")
                )
            }
        if ending?.outcome == .refused, let recipient = try? SendMail.name.decode(run.input),
            let address = try address(of: recipient)
        {
            staged.changes.notices.refused[RefusedAddress.key(of: address)] = RefusedAddress(
                at: now, reason: ending?.reply ?? "")
        }
        for (request, notice) in lines {
            staged.set(notice, state)
            guard let name = notice.line.entry.noticeName else { continue }
            staged.append(
                Entry(
                    request: request.id, service: request.service, at: now, actor: "lodge",
                    event: .delivered(name, state), from: request.state, to: request.state, note: words))
        }
    }
}

extension StagedChanges {
    /// The notices that a run sends, as the ledger has them and this batch has changed them.
    func notices(sentBy run: RunID) throws -> [StoredNotice] {
        try facts.notices(sentBy: run).compactMap { notice in
            guard let change = changes.notices.changed[notice.number] else { return notice }
            guard change.delivery.run == run, change.state == .waiting || change.state == .failed else { return nil }
            var notice = notice
            (notice.state, notice.delivery) = (change.state, change.delivery)
            return notice
        }
    }
}
