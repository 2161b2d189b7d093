import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// Finds the place that a caller means, and says what the places of requests are called.
struct NamingPlaces: Sendable {
    let ledger: any Ledger

    /// The place that a text means.
    ///
    /// - Throws: Which place is the nearest, or which ones are meant.
    func found(by text: String) async throws -> PlaceKey {
        do {
            return try await PlaceFinder(LedgerPlaces(ledger: ledger)).place(text)
        } catch let mistake as PlaceMistake {
            throw ControlError.invalid("about", mistake.reason)
        }
    }

    /// Says what the residences of requests are called. Requests about no place cost no look-up.
    func name(_ requests: inout [Wire.Request]) async throws(LedgerError) {
        var names: [String: String] = [:]
        for id in Set(requests.compactMap(\.about?.residence)) {
            names[id] = try await ledger.entry(of: Residence.self, named: Folding.text(id))?.name
        }
        for index in requests.indices {
            guard let residence = requests[index].about?.residence else { continue }
            requests[index].about?.name = names[residence]
        }
    }
}

/// The places of a ledger's directory.
private struct LedgerPlaces: PlaceDirectory {
    let ledger: any Ledger

    func residence(named name: String) async throws -> Residence? {
        try await ledger.entry(of: Residence.self, named: name)
    }

    func dwelling(named name: String) async throws -> Dwelling? {
        try await ledger.entry(of: Dwelling.self, named: name)
    }

    func residences() async throws -> [Residence] { try await ledger.all(Residence.self) }

    func dwellings(ofResidence key: String) async throws -> [Dwelling] {
        try await ledger.dwellings(ofResidence: key, after: nil, limit: 2000).entries
    }
}

extension Ledger {
    /// A page of the dwellings of a residence, in the order of their keys.
    nonisolated(nonsending)
        func dwellings(
            ofResidence key: String, after: String?, limit: Int
        ) async throws(LedgerError) -> (entries: [Dwelling], next: String?)
    {
        let range = Dwelling.keys(ofResidence: key)
        let page = try await directory(of: Dwelling.self, after: max(after ?? "", range.after), limit: limit)
        let own = Array(page.entries.prefix { $0.key < range.before })
        return (own, own.count == page.entries.count ? page.next : nil)
    }
}
