package import ConciergeKit

/// What a pilot has come to: requests of its service in its residences, beside those of all other residences.
package struct PilotFigures {
    /// A figure of fewer than so many people or requests is hidden: it would tell of somebody.
    package static let least = 5
    /// Fewer requests than this in the pilot's residences say nothing.
    package static let enough = 20

    /// The figures of some residences together.
    package struct Group: Sendable, Hashable {
        /// How many people live there, by the directory.
        package fileprivate(set) var residents = 0
        /// How many of them asked for the service.
        package fileprivate(set) var askers = 0
        package fileprivate(set) var requests = 0
        /// Promises that were kept, and missed.
        package fileprivate(set) var kept = 0
        package fileprivate(set) var missed = 0
        /// Scores, and those from 7 to 10.
        package fileprivate(set) var scores = 0
        package fileprivate(set) var satisfied = 0
    }

    /// The pilot's residences.
    package private(set) var pilot = Group()
    /// All others.
    package private(set) var others = Group()

    private let residences: Set<String>
    private let homes: [String: Home]
    private var asked: Set<String> = []

    /// - Parameters:
    ///   - homes: By their keys, the homes of all residents.
    package init(_ offer: Offer, homes: [String: Home]) {
        residences = Set(offer.residences.map { Folding.text($0) })
        self.homes = homes
        for home in homes.values {
            if home.isIn(residences) { pilot.residents += 1 } else { others.residents += 1 }
        }
    }

    /// Counts a request of the service. One for nobody whom the directory knows is not counted.
    package mutating func add(resident: String?, commitments: [CommitmentView], at now: Instant) {
        guard let key = resident.map({ Resident.key(of: $0) }), let home = homes[key] else { return }
        let isFirst = asked.insert(key).inserted
        func count(_ group: inout Group) {
            group.requests += 1
            if isFirst { group.askers += 1 }
            for commitment in commitments where commitment.kind == .promise {
                if commitment.state == .kept { group.kept += 1 }
                if commitment.state == .missed || commitment.isLate(at: now) { group.missed += 1 }
                guard let score = commitment.score else { continue }
                group.scores += 1
                if score >= 7 { group.satisfied += 1 }
            }
        }
        if home.isIn(residences) { count(&pilot) } else { count(&others) }
    }

    /// Whether there are too few requests to say what the pilot has come to.
    package var hasTooFew: Bool { pilot.requests < Self.enough }
}
