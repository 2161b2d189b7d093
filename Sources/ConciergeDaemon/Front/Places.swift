import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// The use cases that read the residences and dwellings of the directory.
struct ReadingPlaces: Sendable {
    let ledger: any Ledger

    func residence(_ call: PlaceMethods.GetResidence) async throws -> PlaceMethods.GetResidence.Reply {
        let residence = try await find(call.id)
        return PlaceMethods.GetResidence.Reply(residence: try await shown([residence])[0])
    }

    func residences(_ call: PlaceMethods.ListResidences) async throws -> PlaceMethods.ListResidences.Reply {
        let limit = try Reading.limit(call.limit)
        let page = try await ledger.directory(of: Residence.self, after: call.after, limit: limit)
        return PlaceMethods.ListResidences.Reply(residences: try await shown(page.entries), next: page.next)
    }

    func dwelling(_ call: PlaceMethods.GetDwelling) async throws -> PlaceMethods.GetDwelling.Reply {
        var name = Folding.text(call.id)
        if let residence = call.residence {
            name = Dwelling.key(of: call.id, residence: try await find(residence).key)
        }
        guard let dwelling = try await ledger.entry(of: Dwelling.self, named: name) else {
            throw ControlError.notFound(call.id)
        }
        return PlaceMethods.GetDwelling.Reply(dwelling: dwelling.shown)
    }

    func dwellings(_ call: PlaceMethods.ListDwellings) async throws -> PlaceMethods.ListDwellings.Reply {
        let limit = try Reading.limit(call.limit)
        guard let name = call.residence else {
            let page = try await ledger.directory(of: Dwelling.self, after: call.after, limit: limit)
            return PlaceMethods.ListDwellings.Reply(dwellings: page.entries.map(\.shown), next: page.next)
        }
        let page = try await ledger.dwellings(
            ofResidence: try await find(name).key, after: call.after, limit: limit)
        return PlaceMethods.ListDwellings.Reply(dwellings: page.entries.map(\.shown), next: page.next)
    }

    /// The residence with this id or name.
    func find(_ name: String) async throws -> Residence {
        guard let residence = try await ledger.entry(of: Residence.self, named: Folding.text(name)) else {
            throw ControlError.notFound(name)
        }
        return residence
    }

    private func shown(_ residences: [Residence]) async throws -> [Wire.Residence] {
        let counts = try await ledger.dwellingCounts(ofResidences: residences.map(\.key))
        return residences.map { residence in
            var shown = residence.shown
            shown.dwellings = counts[residence.key] ?? 0
            return shown
        }
    }
}

extension Ledger {
    /// All things of a kind.
    nonisolated(nonsending)
        func all<Noun: DirectoryNoun>(_ noun: Noun.Type) async throws(LedgerError) -> [Noun]
    {
        var (all, after): ([Noun], String?) = ([], nil)
        repeat {
            let page = try await directory(of: noun, after: after, limit: 2000)
            all += page.entries
            after = page.next
        } while after != nil
        return all
    }
}

extension Resident: ImportedNoun {
    var shown: Wire.Resident { Wire.Resident(self) }

    static func context(_ ledger: any Ledger, _ calendars: WorkingCalendars) async throws -> DirectoryContext {
        let residences = try await ledger.all(Residence.self)
        return DirectoryContext(
            residences: residences, dwellings: residences.isEmpty ? [] : try await ledger.all(Dwelling.self),
            departures: try await ledger.all(Departure.self))
    }
}

extension Residence: ImportedNoun {
    /// Without the number of its dwellings.
    var shown: Wire.Residence {
        Wire.Residence(
            id: id, name: name, address: address, territory: territory, zone: zone, region: region,
            calendar: calendar, phone: phone, commonParts: commonParts, dwellings: nil)
    }

    static func context(_ ledger: any Ledger, _ calendars: WorkingCalendars) async throws -> DirectoryContext {
        DirectoryContext(calendars: calendars.names)
    }

    /// Dwellings belong to a residence, so it leaves after them.
    static func requireRemovable(_ missing: [Residence], _ ledger: any Ledger) async throws {
        let counts = try await ledger.dwellingCounts(ofResidences: missing.map(\.key))
        guard let residence = missing.first(where: { counts[$0.key] ?? 0 > 0 }) else { return }
        let (name, count) = (residence.name, counts[residence.key] ?? 0)
        throw ControlError.refused(
            ControlError.Reason(
                Text(
                    fr: "La résidence « \(name) » a encore des logements (\(count)) : retirez-les d'abord.",
                    en: "The residence \"\(name)\" still has dwellings (\(count)): remove them first.")))
    }
}

extension Dwelling: ImportedNoun {
    var shown: Wire.Dwelling {
        Wire.Dwelling(
            id: id, label: label, residence: residence, floor: floor, adapted: isAdapted, connected: isConnected)
    }

    static func context(_ ledger: any Ledger, _ calendars: WorkingCalendars) async throws -> DirectoryContext {
        DirectoryContext(residences: try await ledger.all(Residence.self))
    }
}
