/// Changes to ranges or shares, by key: what is released, before anything is taken, and what is taken.
///
/// The changes of a rule lie over those of its batch, and these over the ledger. Each layer answers questions from its
/// own changes and from the layer below.
package struct HeldChanges<Held: Hashable & Sendable>: Sendable, Hashable {
    package private(set) var taken: [String: Set<Held>] = [:]
    package private(set) var released: [String: Set<Held>] = [:]

    package init() {}

    package var isEmpty: Bool { taken.isEmpty && released.isEmpty }

    package mutating func take(_ held: Held, of key: String) {
        // What was released by an earlier change and is taken back as it was has not changed.
        if released[key]?.remove(held) != nil {
            if released[key]?.isEmpty == true { released[key] = nil }
            return
        }
        taken[key, default: []].insert(held)
    }

    package mutating func release(_ held: Held, of key: String) {
        if taken[key]?.remove(held) != nil {
            if taken[key]?.isEmpty == true { taken[key] = nil }
            return
        }
        released[key, default: []].insert(held)
    }

    /// Adds later changes.
    package mutating func add(_ changes: HeldChanges, naming name: (String) -> String) {
        for (key, all) in changes.released { for held in all { release(held, of: name(key)) } }
        for (key, all) in changes.taken { for held in all { take(held, of: name(key)) } }
    }

    package func isReleased(_ held: Held, of key: String) -> Bool { released[key]?.contains(held) ?? false }
}

extension HeldChanges<HeldRange> {
    /// For each unit, the last range that begins before an instant, with these changes; `below` answers without them.
    package func last(
        of key: String, units: ClosedRange<Int>, before: Instant,
        below: (ClosedRange<Int>, Instant) throws -> [Int: HeldRange]
    ) rethrows -> [Int: HeldRange] {
        var found = try below(units, before)
        if released[key] != nil {
            for (unit, range) in found {
                var last: HeldRange? = range
                while let range = last, isReleased(range, of: key) {
                    last = try below(unit...unit, range.time.lowerBound)[unit]
                }
                found[unit] = last
            }
        }
        for range in taken[key] ?? [] where units.contains(range.unit) && range.time.lowerBound < before {
            if let other = found[range.unit], other.time.lowerBound >= range.time.lowerBound { continue }
            found[range.unit] = range
        }
        return found
    }

    /// The ranges of a unit that begin at or after an instant, in order, with these changes.
    package func all(of key: String, unit: Int, from start: Instant, _ below: [HeldRange]) -> [HeldRange] {
        guard !isEmpty else { return below }
        let added = (taken[key] ?? []).filter { $0.unit == unit && $0.time.lowerBound >= start }
        return (below.filter { !isReleased($0, of: key) } + added)
            .sorted { $0.time.lowerBound < $1.time.lowerBound }
    }

    package func greatestUnit(of key: String) -> Int { taken[key]?.lazy.map(\.unit).max() ?? 0 }
}

extension HeldChanges<HeldShare> {
    /// The shares of a key with these changes.
    package func all(of key: String, _ below: [HeldShare]) -> [HeldShare] {
        isEmpty ? below : below.filter { !isReleased($0, of: key) } + (taken[key] ?? [])
    }
}
