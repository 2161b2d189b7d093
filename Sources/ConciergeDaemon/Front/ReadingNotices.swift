import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// The use cases that read what residents and partners are told.
struct ReadingNotices: Sendable {
    let ledger: any Ledger
    let access: AccessRules
    let views: Views
    let messages: ComposingMessages
    let clock: @Sendable () -> Instant

    func list(_ call: NoticeMethods.List, for principal: Principal) async throws -> NoticeMethods.List.Reply {
        let now = clock()
        var query = NoticeQuery(at: now)
        switch call.state {
        case nil: break
        case .tooLate?: query.choice = .tooLate
        case let word?:
            guard let state = StoredNotice.State(rawValue: word.rawValue) else {
                throw ControlError.invalid(
                    "state",
                    Text(
                        fr: "un message n'a pas d'état « \(word.rawValue) »",
                        en: "a notice has no state \"\(word.rawValue)\""))
            }
            query.choice = .state(state)
        }
        if call.byHand == true {
            guard call.state == nil else {
                throw ControlError.invalid(
                    "state", Text(fr: "avec by_hand, il n'y a pas d'état", en: "by_hand goes without a state"))
            }
            // A mail that nobody sends would never be told.
            query.choice = messages.sendsMail ? .byHand : .byHandWithoutMail
            query.isOldestFirst = true
        }
        query.limit = try Reading.limit(call.limit)
        query.after = try Reading.cursor(call.after)
        let page = try await ledger.notices(query)
        let hides = access.hidesSecrets(from: principal)
        var notices = page.elements.map { views.notice($0, at: now, hidingSecrets: hides) }
        if !hides { try await name(&notices) }
        return NoticeMethods.List.Reply(notices: notices, next: page.next.map { String($0) })
    }

    func show(_ call: NoticeMethods.Show) async throws -> NoticeMethods.Show.Reply {
        guard let number = Int64(call.id), let notice = try await ledger.notice(number) else {
            throw ControlError.notFound(call.id)
        }
        var notices = [views.notice(notice, at: clock(), hidingSecrets: false)]
        try await name(&notices)
        let message = try await messages.message(of: notice)
        return NoticeMethods.Show.Reply(
            notice: notices[0],
            message: Wire.Message(
                language: message.language, subject: message.subject, mail: message.mail, letter: message.letter,
                short: message.short))
    }

    /// Says who the residents and partners of notices are.
    private func name(_ notices: inout [Wire.Notice]) async throws(LedgerError) {
        let partners = views.served.registry.partners
        for index in notices.indices {
            guard let partner = notices[index].partner.flatMap({ partners.partner(named: $0) }) else { continue }
            notices[index].person = Wire.Notice.Person(
                name: partner.name, dwelling: "", residence: "", holder: nil, phone: partner.phone,
                email: partner.email,
                channels: nil)
        }
        guard ledger.hasDirectory else { return }
        let today = views.served.registry.zone.local(clock()).date
        let known = try await ledger.known(Set(notices.compactMap(\.resident).map(Resident.key)))
        for index in notices.indices {
            guard let found = notices[index].resident.flatMap({ known[Resident.key(of: $0)] }) else { continue }
            let mandate = found.dossier.holder(for: ServiceID(notices[index].service), on: today)
            notices[index].person = Wire.Notice.Person(
                name: found.resident.name, dwelling: found.resident.dwelling,
                residence: found.residence?.name ?? found.resident.residence,
                holder: mandate?.holder.name,
                phone: mandate.map { $0.holder.phone ?? "" } ?? found.resident.phone,
                email: mandate.map { $0.holder.email ?? "" } ?? found.resident.email,
                channels: mandate == nil ? found.dossier.channels(of: found.resident).map(\.rawValue) : nil)
        }
    }
}
