import ConciergeEngine
import ConciergeKit
import JSON
import Replay

/// The providers of this build with the settings that they had at each time of a history.
final class ReplayEras {
    private struct Wanted: Hashable {
        var zone: Zone
        var sections: [String: [UInt8]] = [:]
    }

    private let providers: [RegisteredProvider]
    private let tree: ConfigurationTree
    private let zone: Zone
    private let calendars: CalendarBook?
    private var made: [Wanted: ScratchProviders] = [:]
    private(set) var all: [Replay.Era] = []

    /// - Parameters:
    ///   - tree: The configuration of today. It holds where no settings were recorded.
    ///   - zone: The lodge's zone in it.
    ///   - calendars: Its working calendars; nil where it has none, so that the usual one of each time's zone holds.
    init(_ providers: [RegisteredProvider], _ tree: ConfigurationTree, zone: Zone, calendars: CalendarBook?) {
        self.providers = providers
        self.tree = tree
        self.zone = zone
        self.calendars = calendars
    }

    /// Makes the providers from the configuration of today, for the whole history.
    func make() async throws {
        try await add(Wanted(zone: zone), since: 0)
    }

    /// Makes the providers once for each combination of settings that were in force together.
    func make(from recorded: [RecordedSettings]) async throws {
        var wanted = Wanted(zone: zone)
        // The first settings also hold for lines from before any were recorded.
        if recorded.first.map({ $0.since > 1 }) ?? true { try await add(wanted, since: 0) }
        for since in Set(recorded.map(\.since)).sorted() {
            for row in recorded where row.since == since {
                wanted.sections[row.provider.rawValue] = row.settings.section
                // All providers that serve have the lodge's zone.
                if let zone = Zone(row.settings.zone) { wanted.zone = zone }
            }
            try await add(wanted, since: since)
        }
    }

    private func add(_ wanted: Wanted, since: Int64) async throws {
        var able = providers
        var absent: [ProviderID: String] = [:]
        var sections = wanted.sections.compactMapValues { try? JSON.parse($0) }
            .filter { section in providers.contains { $0.manifest.id == section.key } }
        for provider in providers where sections[provider.manifest.id] != nil {
            do throws(ConfigurationError) {
                try provider.check(tree.withSections(sections, from: Self.source))
            } catch {
                sections[provider.manifest.id] = nil
                able.removeAll { $0.manifest.id == provider.manifest.id }
                absent[ProviderID(provider.manifest.id)] = "this build cannot read the provider's settings: \(error)"
            }
        }
        let known = Wanted(zone: wanted.zone, sections: wanted.sections.filter { sections[$0.key] != nil })
        let made: ScratchProviders
        if let already = self.made[known] {
            made = already
        } else {
            made = try await ScratchProviders(
                able, from: tree.withSections(sections, from: Self.source), zone: wanted.zone,
                calendars: calendars ?? CalendarBook(zone: wanted.zone))
            self.made[known] = made
        }
        all.append(
            Replay.Era(since: since, registry: made.registry, absent: made.absent.merging(absent) { $1 }))
    }

    private static let source = "the settings that the ledger has"

    /// Ends all providers that were made.
    func end() async {
        for providers in made.values { await providers.end() }
    }
}
