import ConciergeKit

/// A practitioner's slot, as a key that at most one appointment holds.
struct Slot: Hashable, Sendable {
    /// The practitioner's id.
    let practitioner: String
    let start: Instant

    init(_ practitioner: String, at start: Instant) {
        (self.practitioner, self.start) = (practitioner, start)
    }

    /// Parses a key; nil if it is not the key of a slot.
    init?(key: String) {
        // A practitioner's id has no "@".
        let parts = key.split(separator: "@")
        guard parts.count == 2, parts[0].hasPrefix("slot:"), let start = Instant(parts[1]) else { return nil }
        self.init(String(parts[0].dropFirst(5)), at: start)
    }

    /// `slot:dr-martin@2026-11-24T08:20:00Z`.
    var key: String { "slot:\(practitioner)@\(start)" }
}
