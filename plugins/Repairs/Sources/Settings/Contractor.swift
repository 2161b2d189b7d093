import ConciergeKit

extension RepairSettings {
    /// A company that repairs.
    struct Contractor: Settings {
        @Setting("How messages call it; without it, its name in `partners`.", example: "Plomberie Martin")
        var name: String?
        @Setting("What it repairs; empty for everything.", example: [.plumbing, .leak])
        var trades: [Category] = []
        @Setting(
            "The territories and residences where it works, by key or name; empty for everywhere.",
            example: ["Nord", "Les Tilleuls"])
        var territories: [String] = []
        @Setting(
            """
            When it works, by weekday; a day that is left out has no hours. Without any, it comes to a danger while the \
            lodge is open, and visits are planned at any hour.
            """)
        var hours: [Weekday: [Hours]] = [:]
        @Setting("Whether it also comes outside its hours when there is a danger.")
        var onCall = false
        @Setting("How many open repairs it takes at once before another one is proposed.", in: 1...10_000)
        var capacity = 20
        @Setting("How many visits it can make at the same time.", in: 1...100)
        var crews = 1
        @Setting("The number under which it is called.", example: "01 23 45 67 01")
        var phone: String?
        @Setting("Its rank among those that fit: the lowest is proposed first.", in: 1...1000)
        var rank = 10

        static var example: Self {
            Self { ($0.name, $0.trades, $0.phone) = ("Plomberie Martin", [.plumbing, .leak], "01 23 45 67 01") }
        }

        /// Whether it works in a place.
        func works(at place: Place?) -> Bool {
            guard !territories.isEmpty else { return true }
            guard let place else { return false }
            let names = Set([place.territory, place.residence, place.name].map(Folding.text))
            return territories.contains { names.contains(Folding.text($0)) }
        }

        /// Whether it works for the whole of a range of time, by the clock of a zone.
        func works(for time: Range<Instant>, in zone: Zone) -> Bool {
            guard !hours.isEmpty else { return true }
            let day = zone.local(time.lowerBound).date
            return (hours[day.weekday] ?? []).contains { hours in
                let open = hours.range(on: day, in: zone)
                return open.lowerBound <= time.lowerBound && time.upperBound <= open.upperBound
            }
        }

        /// Whether it repairs what is broken.
        func repairs(_ category: Category) -> Bool { trades.isEmpty || trades.contains(category) }
    }
}

/// The contractors of the configuration, in the order in which they are proposed.
struct ContractorBook: Sendable {
    /// A contractor with the name under which the partners have it.
    struct Entry: Sendable {
        let id: String
        let terms: RepairSettings.Contractor

        /// How messages call it.
        var name: String { terms.name ?? id }
    }

    let entries: [Entry]
    private let byID: [String: Entry]
    private let byName: [String: Entry]

    init(_ contractors: [String: RepairSettings.Contractor]) {
        entries = contractors.map { Entry(id: $0.key, terms: $0.value) }
            .sorted { ($0.terms.rank, $0.id) < ($1.terms.rank, $1.id) }
        byID = Dictionary(uniqueKeysWithValues: entries.map { ($0.id, $0) })
        var byName: [String: Entry] = [:]
        for entry in entries {
            byName[Self.key(entry.name)] = entry
            byName[Self.key(entry.id)] = entry
        }
        self.byName = byName
    }

    /// The contractor of a name, as staff type it: without accents, case and hyphens.
    subscript(typed: String) -> Entry? { byID[typed] ?? byName[Self.key(typed)] }

    /// How messages call a contractor, whether or not the configuration has it.
    func name(of contractor: String) -> String { self[contractor]?.name ?? contractor }

    /// Names with the same key mean the same contractor.
    static func key(_ name: String) -> String { Folding.text(name).replacing("-", with: " ") }
}
