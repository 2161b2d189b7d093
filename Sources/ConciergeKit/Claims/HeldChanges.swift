/// Changes to ranges or shares, by key: what is released, before anything is taken, and what is taken.
///
/// The changes of a rule lie over those of its batch, and these over the ledger. Each layer answers questions from its
/// own changes and from the layer below.
package struct HeldChanges<Value: Held>: Sendable, Hashable {
    private struct Sides: Sendable, Hashable {
        var taken: [String: Set<Value>] = [:]
        var released: [String: Set<Value>] = [:]
    }

    /// Nil if there are no changes. Each call of staff makes several values of this type, and most claim nothing: an empty
    /// dictionary of a generic type would look its types up at run time.
    private var sides: Sides?

    package init() {}

    package var taken: [String: Set<Value>] { sides?.taken ?? [:] }
    package var released: [String: Set<Value>] { sides?.released ?? [:] }
    /// Ask this before ``taken`` and ``released`` where there mostly are none: either is a dictionary of a generic type.
    package var isEmpty: Bool { sides == nil }

    package mutating func take(_ held: Value, of key: String) {
        // What was released by an earlier change and is taken back as it was has not changed.
        change { sides in
            if Self.remove(held, of: key, from: &sides.released) { return }
            sides.taken[key, default: []].insert(held)
        }
    }

    package mutating func release(_ held: Value, of key: String) {
        change { sides in
            if Self.remove(held, of: key, from: &sides.taken) { return }
            sides.released[key, default: []].insert(held)
        }
    }

    private mutating func change(_ body: (inout Sides) -> Void) {
        var changed = sides ?? Sides()
        // A second reference would make each change copy the dictionaries.
        sides = nil
        body(&changed)
        if !changed.taken.isEmpty || !changed.released.isEmpty { sides = changed }
    }

    /// Returns whether it was there.
    private static func remove(_ held: Value, of key: String, from all: inout [String: Set<Value>]) -> Bool {
        guard all[key]?.remove(held) != nil else { return false }
        if all[key]?.isEmpty == true { all[key] = nil }
        return true
    }

    /// Adds later changes.
    package mutating func add(_ changes: HeldChanges, naming name: (String) -> String = { $0 }) {
        for (key, all) in changes.released { for held in all { release(held, of: name(key)) } }
        for (key, all) in changes.taken { for held in all { take(held, of: name(key)) } }
    }

    package func isReleased(_ held: Value, of key: String) -> Bool { sides?.released[key]?.contains(held) ?? false }

    /// What a request holds with these changes, by key; `below` is what it holds without them.
    package func held(by request: RequestID, _ below: [String: [Value]]) -> [String: [Value]] {
        guard !isEmpty else { return below }
        var held = below
        for (key, all) in below { held[key] = all.filter { !isReleased($0, of: key) } }
        for (key, all) in taken { held[key, default: []] += all.filter { $0.request == request } }
        return held
    }
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
