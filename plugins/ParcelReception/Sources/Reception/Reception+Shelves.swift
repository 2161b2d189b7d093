import ConciergeKit

/// A place where parcels lie.
enum Shelf {
    /// What the names of one shelf have in common: `a 3` and `A3`.
    static func key(_ name: String) -> String { "\(prefix)\(Folding.code(name))" }

    /// What the claims on shelves begin with.
    static let prefix = "shelf:"
}

extension Reception {
    /// Puts the parcel on a shelf, or on none, and takes it away from where it was. A parcel has one place at a time.
    func put(_ parcel: inout Draft, on shelf: String?) throws(Refusal) {
        let key = shelf.map(Shelf.key)
        for claim in parcel.claims where claim.key.hasPrefix(Shelf.prefix) && claim.key != key {
            parcel.release(claim.key)
        }
        parcel.record.shelf = shelf
        guard let shelf, let key else { return }
        try require(
            key != Shelf.prefix, fr: "« \(shelf) » n'est pas le nom d'une étagère.",
            en: "\"\(shelf)\" is not the name of a shelf.")
        let room = room(on: key) ?? .max
        guard !parcel.tryClaim(key, atMost: room, until: .latest) else { return }
        throw Refusal(fullShelf(shelf, room, &parcel))
    }

    /// Takes the parcel off its shelf.
    func clearShelf(_ parcel: inout Draft) {
        for claim in parcel.claims where claim.key.hasPrefix(Shelf.prefix) { parcel.release(claim.key) }
        parcel.record.shelf = nil
    }

    /// How many parcels a shelf has room for; nil for a shelf without a limit.
    private func room(on key: String) -> Int? { settings.shelves.first { Shelf.key($0.key) == key }?.value }

    /// Names a few shelves that have room. The draft is refused afterwards, so what it takes here is not kept.
    private func fullShelf(_ shelf: String, _ room: Int, _ parcel: inout Draft) -> Text {
        var free: [String] = []
        for (name, room) in settings.shelves.sorted(by: { $0.key < $1.key }) where free.count < 3 {
            if parcel.tryClaim(Shelf.key(name), atMost: room, until: .latest) { free.append(name) }
        }
        let full = Text(
            fr: "L'étagère \(shelf) est pleine (\(room) colis).",
            en: "The shelf \(shelf) is full (\(room, "parcel", "parcels")).")
        guard !free.isEmpty else { return full }
        let names = free.map { Text(verbatim: $0) }
        return Text(fr: "\(full) Il y a de la place sur \(names).", en: "\(full) There is room on \(names).")
    }
}
