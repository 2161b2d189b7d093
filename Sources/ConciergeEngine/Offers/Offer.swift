package import ConciergeKit

/// A service that is offered to some: where, to whom, from when to when, and by whom.
///
/// A condition that is empty or nil holds for everybody.
package struct Offer: Sendable, Hashable {
    /// The name in the configuration.
    package let id: String
    package let service: ServiceID
    package var territories: [String] = []
    package var residences: [String] = []
    /// Of these, one is enough.
    package var publics: [String] = []
    /// Whether only adapted dwellings have it, or only those that are not.
    package var adapted: Bool?
    /// Whether only connected dwellings have it, or only those that are not.
    package var connected: Bool?
    /// What a resident must have agreed to.
    package var consent: String?
    /// The first day of it.
    package var from: LocalDate?
    /// The last day of it.
    package var until: LocalDate?
    /// Who runs it; nil for the office itself.
    package var partner: String?
    package var pilot: Pilot?

    /// An offer that is tried.
    package struct Pilot: Sendable, Hashable {
        /// The figure for which it is tried, in words.
        package let measure: String
        /// What would end it early, in words.
        package let stop: String

        package init(measure: String, stop: String) {
            self.measure = measure
            self.stop = stop
        }
    }

    package init(id: String, service: ServiceID) {
        self.id = id
        self.service = service
    }

    /// Whether two offers say the same of whom they are for.
    package func hasConditions(of other: Offer) -> Bool {
        func folded(_ values: [String]) -> Set<String> { Set(values.map { Folding.text($0) }) }
        return folded(territories) == folded(other.territories) && folded(residences) == folded(other.residences)
            && folded(publics) == folded(other.publics) && adapted == other.adapted && connected == other.connected
            && consent.map { Folding.text($0) } == other.consent.map { Folding.text($0) }
    }

    /// Whether both run on some day.
    package func overlaps(_ other: Offer) -> Bool {
        let first = max(from?.daysSinceEpoch ?? .min, other.from?.daysSinceEpoch ?? .min)
        let last = min(until?.daysSinceEpoch ?? .max, other.until?.daysSinceEpoch ?? .max)
        return first <= last
    }

    /// Why it does not hold for somebody on a day; empty if it does.
    package func obstacles(for asker: OfferAsker, on day: LocalDate) -> [Text] {
        required.filter { !$0.holds(asker, day) }.map { $0.words() }
    }

    /// All conditions in words, whether or not they hold.
    package var conditions: [Text] { required.map { $0.words() } }

    private struct Condition {
        /// Composed only for somebody who reads them: each request for an offered service asks whether it holds.
        let words: () -> Text
        let holds: (OfferAsker, LocalDate) -> Bool

        init(_ words: @autoclosure @escaping () -> Text, holds: @escaping (OfferAsker, LocalDate) -> Bool) {
            self.words = words
            self.holds = holds
        }
    }

    private var required: [Condition] {
        var required: [Condition] = []
        if let from {
            required.append(
                Condition(Text(fr: "à partir du \(from, .dayAndYear)", en: "from \(from, .dayAndYear) on")) {
                    $1 >= from
                })
        }
        if let until {
            required.append(
                Condition(Text(fr: "jusqu'au \(until, .dayAndYear)", en: "until \(until, .dayAndYear)")) {
                    $1 <= until
                })
        }
        require(residences, of: \.residences, in: &required) {
            Text(fr: "résidences : \($0)", en: "residences: \($0)")
        }
        require(territories, of: { [$0.place?.territory ?? ""] }, in: &required) {
            Text(fr: "territoires : \($0)", en: "territories: \($0)")
        }
        require(publics, of: { $0.resident?.publics ?? [] }, in: &required) {
            Text(fr: "publics : \($0)", en: "publics: \($0)")
        }
        if let adapted {
            required.append(
                Condition(
                    adapted
                        ? Text(fr: "logements adaptés", en: "adapted dwellings")
                        : Text(fr: "logements non adaptés", en: "dwellings that are not adapted")
                ) { asker, _ in asker.place?.dwelling?.isAdapted ?? false == adapted })
        }
        if let connected {
            required.append(
                Condition(
                    connected
                        ? Text(fr: "logements connectés", en: "connected dwellings")
                        : Text(fr: "logements non connectés", en: "dwellings that are not connected")
                ) { asker, _ in asker.place?.dwelling?.isConnected ?? false == connected })
        }
        if let consent {
            required.append(
                Condition(
                    Text(
                        fr: "avec le consentement de la personne à « \(consent) »",
                        en: "with the person's consent to \"\(consent)\"")
                ) { asker, day in asker.resident?.consents(to: consent, on: day) ?? false })
        }
        return required
    }

    /// Adds the condition that whoever asks has one of the wanted values; none if nothing is wanted.
    private func require(
        _ wanted: [String], of values: @escaping (OfferAsker) -> [String], in required: inout [Condition],
        _ words: @escaping (Text) -> Text
    ) {
        guard !wanted.isEmpty else { return }
        required.append(
            Condition(words(Text(verbatim: wanted.joined(separator: ", ")))) { asker, _ in
                let known = Set(values(asker).map { Folding.text($0) })
                return wanted.contains { known.contains(Folding.text($0)) }
            })
    }
}

/// Who asks for a service, and for which place: by what an offer's conditions are checked.
package struct OfferAsker: Sendable {
    /// What the directory knows of the resident; nil if it does not know them.
    let resident: KnownResident?
    /// The place that the request is about, else the resident's home; nil if the directory does not have it.
    let place: Place?
    private let isAboutPlace: Bool

    /// Somebody who asks for something at home, or for nowhere in particular.
    package init(_ resident: KnownResident?) {
        self.resident = resident
        place = resident?.place
        isAboutPlace = false
    }

    /// A request about a place; nil if the directory does not have it.
    package init(_ resident: KnownResident?, about place: Place?) {
        self.resident = resident
        self.place = place
        isAboutPlace = true
    }

    /// The names of the residence.
    fileprivate var residences: [String] {
        if let place { return [place.name, place.residence] }
        return isAboutPlace ? [] : [resident?.residence].compactMap(\.self)
    }
}

/// The offers of the configuration. A service without any is offered to everybody.
package struct OfferBook: Sendable {
    package let all: [Offer]
    private let byService: [ServiceID: [Offer]]

    package init(_ offers: [Offer] = []) {
        all = offers.sorted { $0.id < $1.id }
        byService = Dictionary(grouping: all, by: \.service)
    }

    /// The offers of a service; empty if it is offered to everybody.
    package func offers(of service: ServiceID) -> [Offer] { byService[service] ?? [] }

    package var isEmpty: Bool { all.isEmpty }

    /// Why a service is not offered to somebody on a day: what the offer that comes nearest asks for; nil if it is.
    package func obstacles(to service: ServiceID, for asker: OfferAsker, on day: LocalDate) -> [Text]? {
        let obstacles = offers(of: service).map { $0.obstacles(for: asker, on: day) }
        guard !obstacles.isEmpty, !obstacles.contains(where: \.isEmpty) else { return nil }
        return obstacles.min { $0.count < $1.count }
    }

    /// Another service that somebody has by an offer of their own: first of the same provider.
    package func instead(of service: ServiceID, for asker: OfferAsker, on day: LocalDate) -> ServiceID? {
        let provider = service.rawValue.prefix { $0 != "." }
        let others = all.filter { $0.service != service && $0.obstacles(for: asker, on: day).isEmpty }
            .map(\.service)
        return others.first { $0.rawValue.hasPrefix(provider + ".") } ?? others.first
    }
}

extension Batch {
    /// Refuses a request for a service that is not offered to its resident, or at its place, now, before its rule runs.
    func refuseUnoffered(
        _ service: ServiceID, for resident: String?, _ place: (key: PlaceKey, known: KnownPlace?)?,
        _ table: ServiceTable
    ) throws {
        let offers = registry.offers
        guard !offers.isEmpty, !offers.offers(of: service).isEmpty else { return }
        let known = try resident.flatMap { try staged.known(Resident.key(of: $0)) }.map { KnownResident($0) }
        let asker = place.map { OfferAsker(known, about: $0.known.map { Place($0) }) } ?? OfferAsker(known)
        let day = registry.zone.local(now).date
        guard let obstacles = offers.obstacles(to: service, for: asker, on: day) else { return }
        let why = Text(verbatim: " ; ", joining: obstacles)
        var whom: [Text] = []
        if let known {
            whom.append(Text(fr: "à \(known.name)", en: "to \(known.name)"))
        } else if let resident {
            whom.append(
                Text(
                    fr: "à « \(resident) », que l'annuaire ne connaît pas",
                    en: "to \"\(resident)\", whom the directory does not know"))
        } else if place == nil {
            whom.append(Text(fr: "sans locataire", en: "without a resident"))
        }
        if let place {
            let name = self.words(for: place.key, place.known)
            whom.append(Text(fr: "pour « \(name) »", en: "for \"\(name)\""))
        }
        let all = Text(verbatim: " ", joining: whom)
        var words = Text(
            fr: "Le service « \(table.name) » n'est pas offert \(all). Il est réservé : \(why).",
            en: "The service \"\(table.name)\" is not offered \(all). It is for: \(why).")
        if let other = offers.instead(of: service, for: asker, on: day), let name = registry.service(other)?.table.name
        {
            words = Text(
                fr: "\(words) Ce qui est offert : « \(name) » (\(other)).",
                en: "\(words) What is offered: \"\(name)\" (\(other)).")
        }
        throw Rejection.refused(words.said(in: registry.zone))
    }
}
