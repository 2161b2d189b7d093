import ConciergeKit

/// A resident of the directory with what it knows of their place.
package struct KnownResident: Sendable, Hashable {
    package let resident: Resident
    /// Nil if the directory does not have it.
    package let residence: Residence?
    /// Nil if the directory does not have it.
    package let dwelling: Dwelling?

    package init(_ resident: Resident, residence: Residence?, dwelling: Dwelling?) {
        self.resident = resident
        self.residence = residence
        self.dwelling = dwelling
    }

    /// By what the residence of a resident is found; nil if it is not said.
    package static func residence(of resident: Resident) -> String? {
        resident.residence.isEmpty ? nil : Folding.text(resident.residence)
    }
}

extension Ledger {
    /// By key, those of these residents who are in the directory, each as it is at one moment.
    package nonisolated(nonsending)
        func known(_ keys: Set<String>) async throws(LedgerError) -> [String: KnownResident]
    {
        var known: [String: KnownResident] = [:]
        var residences: [String: Residence?] = [:]
        for key in keys {
            guard let resident = try await entry(of: Resident.self, named: key) else { continue }
            var (residence, dwelling): (Residence?, Dwelling?) = (nil, nil)
            if let name = KnownResident.residence(of: resident) {
                residence = residences[name] ?? nil
                if residences[name] == nil {
                    residence = try await entry(of: Residence.self, named: name)
                    residences[name] = .some(residence)
                }
            }
            if let residence {
                dwelling = try await entry(
                    of: Dwelling.self, named: Dwelling.key(of: resident.dwelling, residence: residence.key))
            }
            known[key] = KnownResident(resident, residence: residence, dwelling: dwelling)
        }
        return known
    }
}
