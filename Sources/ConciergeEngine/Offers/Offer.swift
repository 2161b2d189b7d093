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
    }

    /// Whether both run on some day.
    package func overlaps(_ other: Offer) -> Bool {
        let first = max(from?.daysSinceEpoch ?? .min, other.from?.daysSinceEpoch ?? .min)
        let last = min(until?.daysSinceEpoch ?? .max, other.until?.daysSinceEpoch ?? .max)
        return first <= last
    }

    /// Why it does not hold for somebody on a day; empty if it does.
    ///
    /// - Parameter resident: What the directory knows of them; nil if it does not know them.
    package func obstacles(for resident: KnownResident?, on day: LocalDate) -> [Text] {
        var obstacles: [Text] = []
        if let from, day < from {
            obstacles.append(Text(fr: "à partir du \(from, .dayAndYear)", en: "from \(from, .dayAndYear) on"))
        }
        if let until, day > until {
            obstacles.append(Text(fr: "jusqu'au \(until, .dayAndYear)", en: "until \(until, .dayAndYear)"))
        }
        let place = resident?.place
        require(residences, [place?.name ?? resident?.residence ?? "", place?.residence ?? ""], &obstacles) {
            Text(fr: "résidences : \($0)", en: "residences: \($0)")
        }
        require(territories, [place?.territory ?? ""], &obstacles) {
            Text(fr: "territoires : \($0)", en: "territories: \($0)")
        }
        require(publics, resident?.publics ?? [], &obstacles) { Text(fr: "publics : \($0)", en: "publics: \($0)") }
        if let adapted, place?.dwelling?.isAdapted ?? false != adapted {
            obstacles.append(
                adapted
                    ? Text(fr: "logements adaptés", en: "adapted dwellings")
                    : Text(fr: "logements non adaptés", en: "dwellings that are not adapted"))
        }
        if let connected, place?.dwelling?.isConnected ?? false != connected {
            obstacles.append(
                connected
                    ? Text(fr: "logements connectés", en: "connected dwellings")
                    : Text(fr: "logements non connectés", en: "dwellings that are not connected"))
        }
        return obstacles
    }

    /// All conditions in words, whether or not they hold.
    package var conditions: [Text] {
        var conditions: [Text] = []
        if let from {
            conditions.append(Text(fr: "à partir du \(from, .dayAndYear)", en: "from \(from, .dayAndYear) on"))
        }
        if let until {
            conditions.append(Text(fr: "jusqu'au \(until, .dayAndYear)", en: "until \(until, .dayAndYear)"))
        }
        var bare = self
        (bare.from, bare.until) = (nil, nil)
        // Nobody that the directory does not know fulfils any of the others, except for what a dwelling is not.
        let nobody = bare.obstacles(for: nil, on: LocalDate(daysSinceEpoch: 0))
        conditions += nobody
        if adapted == false {
            conditions.append(Text(fr: "logements non adaptés", en: "dwellings that are not adapted"))
        }
        if connected == false {
            conditions.append(Text(fr: "logements non connectés", en: "dwellings that are not connected"))
        }
        return conditions
    }

    private func require(
        _ wanted: [String], _ has: [String], _ obstacles: inout [Text], _ words: (Text) -> Text
    ) {
        guard !wanted.isEmpty else { return }
        let known = Set(has.map { Folding.text($0) })
        guard !wanted.contains(where: { known.contains(Folding.text($0)) }) else { return }
        obstacles.append(words(Text(verbatim: wanted.joined(separator: ", "))))
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
    package func obstacles(to service: ServiceID, for resident: KnownResident?, on day: LocalDate) -> [Text]? {
        let obstacles = offers(of: service).map { $0.obstacles(for: resident, on: day) }
        guard !obstacles.isEmpty, !obstacles.contains(where: \.isEmpty) else { return nil }
        return obstacles.min { $0.count < $1.count }
    }

    /// Another service that somebody has by an offer of their own: first of the same provider.
    package func instead(of service: ServiceID, for resident: KnownResident?, on day: LocalDate) -> ServiceID? {
        let provider = service.rawValue.prefix { $0 != "." }
        let others = all.filter { $0.service != service && $0.obstacles(for: resident, on: day).isEmpty }
            .map(\.service)
        return others.first { $0.rawValue.hasPrefix(provider + ".") } ?? others.first
    }
}

extension Batch {
    /// Refuses a request for a service that is not offered to its resident now, before its rule runs.
    func refuseUnoffered(_ service: ServiceID, for resident: String?, _ table: ServiceTable) throws {
        let offers = registry.offers
        guard !offers.isEmpty, !offers.offers(of: service).isEmpty else { return }
        let known = try resident.flatMap { try staged.facts.known(Resident.key(of: $0)) }.map { KnownResident($0) }
        let day = registry.zone.local(now).date
        guard let obstacles = offers.obstacles(to: service, for: known, on: day) else { return }
        let why = Text(verbatim: " ; ", joining: obstacles)
        let whom: Text =
            if let known {
                Text(fr: "à \(known.name)", en: "to \(known.name)")
            } else if let resident {
                Text(
                    fr: "à « \(resident) », que l'annuaire ne connaît pas",
                    en: "to \"\(resident)\", whom the directory does not know")
            } else {
                Text(fr: "sans locataire", en: "without a resident")
            }
        var words = Text(
            fr: "Le service « \(table.name) » n'est pas offert \(whom). Il est réservé : \(why).",
            en: "The service \"\(table.name)\" is not offered \(whom). It is for: \(why).")
        if let other = offers.instead(of: service, for: known, on: day), let name = registry.service(other)?.table.name
        {
            words = Text(
                fr: "\(words) Ce qui est offert : « \(name) » (\(other)).",
                en: "\(words) What is offered: \"\(name)\" (\(other)).")
        }
        throw Rejection.refused(words.said(in: registry.zone))
    }
}
