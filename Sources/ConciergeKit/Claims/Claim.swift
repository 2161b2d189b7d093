/// What a request holds: a key that it holds alone, a unit of something for a range of time, or a share of something of
/// which there is only so much.
///
/// Claims belong to a provider: its services share them, and no other provider sees them. They are decided in the order
/// of the calls and committed together with the transition.
public struct Claim: Sendable, Hashable {
    /// What is held, as the rule named it.
    public let key: String
    /// Of a range, the unit, from 1. Of a share, its place among the shares of the key, from 1. 1 for a key.
    public let unit: Int
    /// The range of time for which a unit is held; nil for a key and a share.
    public let time: Range<Instant>?
    /// Until when a share counts; nil for a key and a range, which end when they are released or the request is closed.
    public let until: Instant?

    package init(key: String, unit: Int = 1, time: Range<Instant>? = nil, until: Instant? = nil) {
        self.key = key
        self.unit = unit
        self.time = time
        self.until = until
    }
}

/// What a request in line waits for.
package enum Want: Sendable, Hashable {
    /// The first key of these that is free.
    case oneOf([String])
    /// A unit for a range of time.
    case range(Range<Instant>, of: String, units: Int)

    /// The keys for which the request is in line.
    package var keys: [String] {
        switch self {
        case .oneOf(let keys): keys
        case .range(_, let key, _): [key]
        }
    }

    /// Whether a claim that is given back may be what the request waits for.
    package func mayTake(_ freed: Claim) -> Bool {
        switch self {
        case .oneOf(let keys): freed.time == nil && keys.contains(freed.key)
        case .range(let time, let key, _): key == freed.key && freed.time?.overlaps(time) ?? false
        }
    }

    /// Whether two requests wait for the same.
    package func competes(with other: Want) -> Bool {
        switch (self, other) {
        case (.oneOf(let keys), .oneOf(let others)): keys.contains(where: others.contains)
        case (.range(let time, let key, _), .range(let another, let other, _)): key == other && time.overlaps(another)
        case (.oneOf, .range), (.range, .oneOf): false
        }
    }

    /// The same with as many units as there are now.
    package func withUnits(_ capacities: [String: Int]) -> Want {
        guard case .range(let time, let key, _) = self, let units = capacities[key] else { return self }
        return .range(time, of: key, units: units)
    }

    /// The same with its keys written in another way.
    package func renamed(_ rename: (String) -> String) -> Want {
        switch self {
        case .oneOf(let keys): .oneOf(keys.map(rename))
        case .range(let time, let key, let units): .range(time, of: rename(key), units: units)
        }
    }
}

/// What a request holds besides keys.
package protocol Held: Hashable, Sendable {
    var request: RequestID { get }
}

/// A unit that a request holds for a range of time. The ranges of one unit do not overlap.
package struct HeldRange: Held {
    package let unit: Int
    package let time: Range<Instant>
    package let request: RequestID

    package init(unit: Int, time: Range<Instant>, request: RequestID) {
        self.unit = unit
        self.time = time
        self.request = request
    }
}

/// A share that counts until an instant, whatever becomes of the request that took it. At most one share has a place at
/// a time.
package struct HeldShare: Held {
    package let place: Int
    package let until: Instant
    package let request: RequestID

    package init(place: Int, until: Instant, request: RequestID) {
        self.place = place
        self.until = until
        self.request = request
    }
}
