package import ConciergeKit

/// A commitment with what a report asks of its request.
package struct CommitmentRecord: Sendable {
    package let service: String
    package let resident: String?
    /// The residence that the request is about; nil if it is about no place.
    package let residence: String?
    package let commitment: CommitmentView
    /// How often it was paused.
    package let pauses: Int

    package init(
        service: String, resident: String?, residence: String? = nil, commitment: CommitmentView, pauses: Int
    ) {
        self.service = service
        self.resident = resident
        self.residence = residence
        self.commitment = commitment
        self.pauses = pauses
    }
}

/// Which commitments a report is about.
package struct CommitmentQuery: Sendable, Hashable {
    package let kind: CommitmentKind
    /// Nil for all services.
    package let service: ServiceID?
    /// When they were made.
    package let made: Range<Instant>

    package init(kind: CommitmentKind, service: ServiceID?, made: Range<Instant>) {
        self.kind = kind
        self.service = service
        self.made = made
    }
}

/// What has become of commitments, counted by groups.
///
/// A commitment belongs to the month in which it was made. One that is open after its deadline is missed.
package struct CommitmentReport {
    /// By what commitments are told apart.
    package enum Dimension: String, Sendable, CaseIterable {
        case service, commitment, partner, resident, residence, territory, `public`, month
    }

    /// The figures of a group.
    package struct Tally: Sendable, Hashable {
        package var made = 0
        package var kept = 0
        package var missed = 0
        /// Those that are to be done and not late.
        package var open = 0
        /// Those that did not have to be done any more.
        package var ended = 0
        /// Those that were paused at least once.
        package var paused = 0
        /// How often something was said to be done and was not.
        package var reopened = 0
        /// How many residents gave a score.
        package var scores = 0
        /// How many of them gave 7 to 10.
        package var satisfied = 0
        /// The times from the promise to the end of the work, in milliseconds.
        fileprivate var times: [Int64] = []

        /// The time within which this part of the work was done, in milliseconds; nil if nothing was done.
        package mutating func time(within part: Double) -> Int64? {
            guard !times.isEmpty else { return nil }
            times.sort()
            // The nearest rank (NIST Engineering Statistics Handbook, 7.2.6.2, without interpolation).
            let rank = (part * Double(times.count)).rounded(.up)
            return times[min(max(Int(rank) - 1, 0), times.count - 1)]
        }
    }

    private let dimensions: [Dimension]
    private let zone: Zone
    private let now: Instant
    private let partners: PartnerBook
    private let homeOf: (String) -> Home?
    private let residenceOf: (String) -> Residence?
    private var tallies: [[String]: Tally] = [:]
    private var month: (range: Range<Instant>, name: String) = (.earliest..<(.earliest), "")

    /// - Parameters:
    ///   - zone: The zone whose months count.
    ///   - partners: By whose names partners are counted.
    ///   - homeOf: What the directory knows of a resident, by the text of a request.
    ///   - residenceOf: What it knows of the residence that a request is about, by its id.
    package init(
        by dimensions: [Dimension], at now: Instant, zone: Zone, partners: PartnerBook = PartnerBook(),
        homeOf: @escaping (String) -> Home? = { _ in nil },
        residenceOf: @escaping (String) -> Residence? = { _ in nil }
    ) {
        self.dimensions = dimensions
        self.zone = zone
        self.now = now
        self.partners = partners
        self.homeOf = homeOf
        self.residenceOf = residenceOf
    }

    /// Counts a commitment. A resident of several publics counts in each of them.
    package mutating func add(_ record: CommitmentRecord) {
        var keys: [[String]] = [[]]
        for dimension in dimensions {
            let values = values(of: dimension, record)
            if values.count == 1 {
                for index in keys.indices { keys[index].append(values[0]) }
            } else {
                keys = keys.flatMap { key in values.map { key + [$0] } }
            }
        }
        for key in keys { tallies[key, default: Tally()].add(record, at: now) }
    }

    private mutating func values(of dimension: Dimension, _ record: CommitmentRecord) -> [String] {
        switch dimension {
        case .service: return [record.service]
        case .commitment: return [record.commitment.name]
        case .partner: return [record.commitment.partner.map(partners.name(of:)) ?? ""]
        case .resident: return [record.resident ?? ""]
        // A request about a place is of that place, wherever its resident lives.
        case .residence:
            if let residence = record.residence { return [residenceOf(residence)?.name ?? residence] }
            return [record.resident.flatMap(homeOf)?.residence ?? ""]
        case .territory:
            if let residence = record.residence { return [residenceOf(residence)?.territory ?? ""] }
            return [record.resident.flatMap(homeOf)?.territory ?? ""]
        case .public:
            let publics = record.resident.flatMap(homeOf)?.publics ?? []
            return publics.isEmpty ? [""] : publics
        case .month: return [month(of: record.commitment.start)]
        }
    }

    private mutating func month(of instant: Instant) -> String {
        if month.range.contains(instant) { return month.name }
        let date = zone.local(instant).date
        guard let first = LocalDate(year: date.year, month: date.month, day: 1),
            let next = LocalDate(
                year: date.month == 12 ? date.year + 1 : date.year, month: date.month % 12 + 1, day: 1)
        else { return date.description }
        let midnight = TimeOfDay(minutes: 0)
        month = (
            zone.instant(of: first, at: midnight)..<zone.instant(of: next, at: midnight),
            String(date.description.prefix(7))
        )
        return month.name
    }

    /// The groups in the order of their values.
    package var rows: [(values: [String], tally: Tally)] {
        tallies.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }
    }
}

extension CommitmentReport.Tally {
    fileprivate mutating func add(_ record: CommitmentRecord, at now: Instant) {
        let commitment = record.commitment
        made += 1
        switch commitment.state {
        case .kept: kept += 1
        case .missed: missed += 1
        case .ended: ended += 1
        case .open, .paused: if commitment.isLate(at: now) { missed += 1 } else { open += 1 }
        }
        if record.pauses > 0 { paused += 1 }
        reopened += commitment.reopened
        if let keptAt = commitment.keptAt { times.append((keptAt - commitment.start).milliseconds) }
        if let score = commitment.score {
            scores += 1
            if score >= 7 { satisfied += 1 }
        }
    }
}
