import ConciergeKit

/// What the lines of a file are checked against: what the configuration and the rest of the directory have.
package struct DirectoryContext: Sendable {
    /// The names of the configured working calendars.
    package let calendars: [String]
    /// By key and by name, the residences.
    private let residences: [String: Residence]
    /// The keys of the dwellings.
    private let dwellings: Set<String>
    /// The keys of the residences that have dwellings.
    private let furnished: Set<String>
    /// By the keys of residents who have moved out, the days.
    private let departures: [String: LocalDate]

    package init(
        calendars: [String] = [], residences: [Residence] = [], dwellings: [Dwelling] = [], departures: [Departure] = []
    ) {
        var days: [String: LocalDate] = [:]
        for departure in departures { days[departure.key] = departure.day }
        self.departures = days
        self.calendars = calendars
        var byName: [String: Residence] = [:]
        for residence in residences { if let alias = residence.alias { byName[alias] = residence } }
        // An id comes before a name.
        for residence in residences { byName[residence.key] = residence }
        self.residences = byName
        self.dwellings = Set(dwellings.map(\.key))
        furnished = Set(dwellings.map { Folding.text($0.residence) })
    }

    /// The day on which the resident with a key moved out; nil if they have not.
    func departure(of key: String) -> LocalDate? { departures.isEmpty ? nil : departures[key] }

    var hasResidences: Bool { !residences.isEmpty }

    /// The residence with this id or name.
    func residence(_ name: String) -> Residence? { residences[Folding.text(name)] }

    /// What the directory calls its residences.
    var residenceNames: [String] { Set(residences.values.map(\.name)).sorted() }

    /// Whether a dwelling is not there, although others of its residence are.
    func lacks(_ dwelling: String, in residence: Residence) -> Bool {
        furnished.contains(residence.key)
            && !dwellings.contains(Dwelling.key(of: dwelling, residence: residence.key))
    }
}

/// Collects what the lines of a file name and the directory does not have, each thing once.
struct UnknownThings<Column: DirectoryColumn> {
    /// In the order in which they were found: where each is named first, and in how many lines.
    private var things: [(line: Int, remark: CellRemark<Column>, count: Int)] = []
    private var indexes: [String: Int] = [:]

    mutating func add(_ remark: CellRemark<Column>, line: Int) {
        if let index = indexes[remark.subject] {
            things[index].count += 1
        } else {
            indexes[remark.subject] = things.count
            things.append((line, remark, 1))
        }
    }

    var findings: [DirectoryFinding] {
        things.map { line, remark, count in
            let reason = remark.reason
            return DirectoryFinding(
                line: line, column: remark.column, kind: .unknownPlace,
                reason: count == 1
                    ? reason
                    : Text(
                        fr: "\(reason) (\(count) lignes en tout)", en: "\(reason) (\(count) lines in all)"))
        }
    }
}

/// What a cell names and the directory does not have.
package struct CellRemark<Column: DirectoryColumn>: Sendable {
    /// The same for all cells that name the same.
    let subject: String
    let column: Column
    let reason: Text
}
