package import ConciergeKit

/// What staff note of a resident. Where a first day or the day of an end is nil, it is today.
package enum DossierChange: Sendable, Hashable {
    /// How the resident wants to be reached, in this order; empty for nothing in particular.
    case prefer([Channel])
    /// The resident is away. It corrects the absence that begins on the same day.
    case absent(from: LocalDate?, until: LocalDate?)
    /// The resident is at home from this day on.
    case back(on: LocalDate?)
    /// The resident agrees to something.
    case consent(to: String, from: LocalDate?, until: LocalDate?)
    /// The resident does not agree to something any more, from this day on.
    case withdraw(String, on: LocalDate?)
    /// Somebody may act for the resident, in these services or, if there are none, in all. An empty name stands for the
    /// one that the directory has of the holder.
    case empower(Mandate.Holder, services: [ServiceID], from: LocalDate?, until: LocalDate?)
    /// Somebody may not act for the resident any more, from this day on: in these services or, if there are none, in any.
    case end(holder: String, services: [ServiceID], on: LocalDate?)
}

extension DossierChange {
    /// The change as texts, the same for the same change in every build.
    var canonical: [String] {
        func text(_ day: LocalDate?) -> String { day?.description ?? "" }
        return switch self {
        case .prefer(let channels): ["channels"] + channels.map(\.rawValue)
        case .absent(let from, let until): ["absent", text(from), text(until)]
        case .back(let day): ["back", text(day)]
        case .consent(let purpose, let from, let until): ["consent", purpose, text(from), text(until)]
        case .withdraw(let purpose, let day): ["withdraw", purpose, text(day)]
        case .empower(let holder, let services, let from, let until):
            ["mandate", holder.name, holder.email.given, holder.phone.given, holder.resident.given]
                + [text(from), text(until)] + services.map(\.rawValue)
        case .end(let holder, let services, let day): ["end", holder, text(day)] + services.map(\.rawValue)
        }
    }
}

/// What a change of a dossier depends on besides the dossier.
struct DossierContext {
    let today: LocalDate
    let recorded: RecordedBy
}

extension Dossier {
    /// How many entries of a kind a dossier may have.
    static let most = 200
    /// The days after which an absence that is over is forgotten.
    private static let forgotten = 365

    /// Makes a change whose texts, services and holder are checked.
    ///
    /// - Throws: ``Rejection``, and then nothing is changed.
    mutating func make(_ change: DossierChange, _ context: DossierContext) throws(Rejection) {
        var changed = self
        let today = context.today
        switch change {
        case .prefer(let channels): try changed.prefer(channels)
        case .absent(let from, let until):
            try changed.addAbsence(try Self.days(from ?? today, until, of: .absence), today)
        case .back(let day): try changed.endAbsence(on: day ?? today, today)
        case .consent(let purpose, let from, let until):
            try changed.addConsent(to: purpose, try Self.days(from ?? today, until, of: .consent), context)
        case .withdraw(let purpose, let day): try changed.withdrawConsent(to: purpose, on: day ?? today, context)
        case .empower(let holder, let services, let from, let until):
            try changed.addMandate(
                holder, services, try Self.days(from ?? today, until, of: .mandate), context)
        case .end(let holder, let services, let day):
            try changed.endMandates(of: holder, services, on: day ?? today, context)
        }
        self = changed
    }

    // MARK: Channels

    private mutating func prefer(_ channels: [Channel]) throws(Rejection) {
        for (index, channel) in channels.enumerated() where channels[..<index].contains(channel) {
            throw .invalid(
                name: "channels",
                reason: Text(fr: "« \(channel.words) » est là deux fois", en: "\"\(channel.words)\" is there twice"))
        }
        self.channels = channels
    }

    // MARK: Days

    private enum Kind {
        case absence, consent, mandate

        var words: Text {
            switch self {
            case .absence: Text(fr: "l'absence", en: "the absence")
            case .consent: Text(fr: "le consentement", en: "the consent")
            case .mandate: Text(fr: "le mandat", en: "the mandate")
            }
        }
    }

    private static func days(_ from: LocalDate, _ until: LocalDate?, of kind: Kind) throws(Rejection) -> Days {
        if let until, until < from {
            throw .invalid(
                name: "until",
                reason: Text(
                    fr: "\(kind.words) finit le \(until, .dayAndYear), avant son début le \(from, .dayAndYear)",
                    en: "\(kind.words) ends on \(until, .dayAndYear), before it begins on \(from, .dayAndYear)"))
        }
        return Days(from: from, until: until)
    }

    private static func refuseMore(_ count: Int) throws(Rejection) {
        guard count >= most else { return }
        throw .refused(
            Text(
                fr: "Ce dossier a déjà \(most) lignes de ce genre, et ne peut pas en avoir plus.",
                en: "This dossier has \(most) entries of this kind already, and cannot have more."))
    }

    // MARK: Absences

    private mutating func addAbsence(_ days: Days, _ today: LocalDate) throws(Rejection) {
        absences.removeAll { $0.from == days.from }
        if let other = absences.first(where: { $0.overlap(days) }) {
            throw .refused(
                Text(
                    fr: "Une absence est déjà notée \(other.words) : notez d'abord le retour.",
                    en: "An absence is recorded already \(other.words): record first that they are back."))
        }
        forgetAbsences(today)
        try Self.refuseMore(absences.count)
        absences.append(days)
        absences.sort { $0.from < $1.from }
    }

    private mutating func endAbsence(on day: LocalDate, _ today: LocalDate) throws(Rejection) {
        guard let index = absences.firstIndex(where: { $0.contains(day) }) else {
            throw .refused(
                Text(
                    fr: "Aucune absence n'est notée pour le \(day, .dayAndYear).",
                    en: "No absence is recorded for \(day, .dayAndYear)."))
        }
        // Who is back on the first day was not away.
        if let rest = absences[index].ending(before: day) {
            absences[index] = rest
        } else {
            absences.remove(at: index)
        }
        forgetAbsences(today)
    }

    private mutating func forgetAbsences(_ today: LocalDate) {
        absences.removeAll { $0.isOver(by: today.adding(days: -Self.forgotten)) }
    }

    // MARK: Consents

    private mutating func addConsent(
        to purpose: String, _ days: Days, _ context: DossierContext
    ) throws(Rejection) {
        let same = consents.first { consent in
            guard consent.isTo(purpose), let counted = consent.counted, counted.from <= days.from else { return false }
            guard let until = counted.until else { return true }
            return days.until.map { $0 <= until } ?? false
        }
        if let same, let counted = same.counted {
            throw .refused(
                Text(
                    fr: "Ce consentement est déjà noté : « \(same.purpose) » \(counted.words).",
                    en: "This consent is recorded already: \"\(same.purpose)\" \(counted.words)."))
        }
        try Self.refuseMore(consents.count)
        consents.append(Consent(purpose: purpose, days: days, recorded: context.recorded))
    }

    private mutating func withdrawConsent(
        to purpose: String, on day: LocalDate, _ context: DossierContext
    ) throws(Rejection) {
        let theirs = consents.indices.filter { consents[$0].isTo(purpose) }
        let counting = theirs.filter { index in consents[index].counted.map { !$0.isOver(by: day) } ?? false }
        guard !counting.isEmpty else { throw .refused(whyNothingIsWithdrawn(purpose, last: theirs.last, on: day)) }
        for index in counting {
            consents[index].withdrawn = day
            consents[index].withdrawal = context.recorded
        }
    }

    private func whyNothingIsWithdrawn(_ purpose: String, last: Int?, on day: LocalDate) -> Text {
        guard let last else {
            let known = Set(consents.map(\.purpose)).sorted()
            let words = Text(
                fr: "Aucun consentement à « \(purpose) » n'est noté", en: "No consent to \"\(purpose)\" is recorded")
            guard let suggestion = NearestName.suggestion(for: purpose, among: known) else {
                return Text(fr: "\(words).", en: "\(words).")
            }
            return words.adding(suggestion)
        }
        if let withdrawn = consents[last].withdrawn {
            return Text(
                fr: "Le consentement à « \(purpose) » est déjà retiré depuis le \(withdrawn, .dayAndYear).",
                en: "The consent to \"\(purpose)\" has been withdrawn since \(withdrawn, .dayAndYear).")
        }
        return Text(
            fr: "Aucun consentement à « \(purpose) » ne vaut encore le \(day, .dayAndYear).",
            en: "No consent to \"\(purpose)\" counts on \(day, .dayAndYear) or later.")
    }

    // MARK: Mandates

    private mutating func addMandate(
        _ holder: Mandate.Holder, _ services: [ServiceID], _ days: Days, _ context: DossierContext
    ) throws(Rejection) {
        let mandate = Mandate(
            holder: holder, services: Array(Set(services.map(\.rawValue))).sorted(), days: days,
            recorded: context.recorded)
        let other = mandates.first { other in
            guard other.holder.isSame(as: holder), other.counted?.overlap(days) ?? false else { return false }
            return other.services.isEmpty || services.isEmpty || services.contains { other.covers($0.rawValue) }
        }
        if let other, let counted = other.counted {
            throw .refused(
                Text(
                    fr: """
                        \(other.holder.name) a déjà un mandat pour \(other.scope) \(counted.words) : mettez-y fin d'abord.
                        """,
                    en: "\(other.holder.name) has a mandate for \(other.scope) already \(counted.words): end it first."
                ))
        }
        try Self.refuseMore(mandates.count)
        mandates.append(mandate)
    }

    private mutating func endMandates(
        of holder: String, _ services: [ServiceID], on day: LocalDate, _ context: DossierContext
    ) throws(Rejection) {
        let theirs = mandates.indices.filter { mandates[$0].holder.isCalled(holder) }
        guard !theirs.isEmpty else {
            let words = Text(
                fr: "Aucun mandat n'est noté pour \(holder)", en: "No mandate is recorded for \(holder)")
            let known = Set(mandates.map(\.holder.name)).sorted()
            guard let suggestion = NearestName.suggestion(for: holder, among: known) else {
                throw .refused(Text(fr: "\(words).", en: "\(words)."))
            }
            throw .refused(words.adding(suggestion))
        }
        let counting = theirs.filter { index in mandates[index].counted.map { !$0.isOver(by: day) } ?? false }
        guard let last = counting.last else {
            throw .refused(
                mandates[theirs[theirs.count - 1]].obstacle(on: day)
                    ?? Text(fr: "Ce mandat ne vaut plus.", en: "This mandate does not count any more."))
        }
        let wanted = Set(services.map(\.rawValue))
        let ended = counting.filter { wanted.isEmpty || wanted == Set(mandates[$0].services) }
        guard !ended.isEmpty else {
            throw .refused(
                Text(
                    fr:
                        "Le mandat de \(mandates[last].holder.name) vaut pour \(mandates[last].scope), d'un seul tenant.",
                    en: "The mandate of \(mandates[last].holder.name) is for \(mandates[last].scope), as a whole."))
        }
        for index in ended {
            mandates[index].ended = day
            mandates[index].ending = context.recorded
        }
    }
}

extension Mandate {
    /// For which services it is.
    fileprivate var scope: Text {
        services.isEmpty
            ? Text(fr: "tous les services", en: "all services") : Text(verbatim: services.joined(separator: ", "))
    }
}

extension Days {
    /// `du lundi 1er juin 2026 au mardi 30 juin 2026`.
    fileprivate var words: Text {
        guard let until else {
            return Text(fr: "à partir du \(from, .dayAndYear)", en: "from \(from, .dayAndYear) on")
        }
        return Text(
            fr: "du \(from, .dayAndYear) au \(until, .dayAndYear)",
            en: "from \(from, .dayAndYear) to \(until, .dayAndYear)")
    }
}
