import ConciergeEngine
package import ConciergeKit

/// What a grade demands of a provider, besides all that the grades below it demand.
package enum GradeDemand: CaseIterable, Sendable {
    case starts, conduct
    case everyLine, everyTask, everyVersion
    case wayOut, headlines, members, corrections, examples
    case fast, longWalk, shortWords

    /// The lowest grade that demands it.
    package var grade: Grade {
        switch self {
        case .starts, .conduct: .bronze
        case .everyLine, .everyTask, .everyVersion: .silver
        case .wayOut, .headlines, .members, .corrections, .examples: .gold
        case .fast, .longWalk, .shortWords: .platinum
        }
    }

    /// As it stands in the table of docs/providers.md.
    package var words: String {
        switch self {
        case .starts: "it starts with the settings of the test, and its tables have no mistakes"
        case .conduct: "the walks find nothing"
        case .everyLine: "every line of its tables is taken; `except:` names none"
        case .everyTask: "every task is attempted twice with one id, cancelled, and cut off"
        case .everyVersion:
            "`stored:` has a sample of every version in which a service has stored records, before the current one"
        case .wayOut: "in every open state staff can do something"
        case .headlines: "a list shows something of each request, in both languages, that is not the service's name"
        case .members: "every member of a record has a title, that of a field or its own, or is declared hidden"
        case .corrections: "staff can correct something that they type at the opening of a request"
        case .examples: "every required field has an example, choices or a default"
        case .fast: "no rule uses more than \(GradeDemand.ruleLimit.milliseconds) ms of the processor in a debug build"
        case .longWalk: "the walks have \(GradeDemand.steps) steps in all"
        case .shortWords:
            "names of states have \(GradeDemand.stateLength) characters at most, and those of actions \(GradeDemand.actionLength): lists fit a terminal of 80 columns"
        }
    }

    static let steps = 1000
    static let stateLength = 24
    static let actionLength = 40
    /// Rules that are fast enough take 0.3 to 3 ms on a machine of today, with four notices and a promise in the longest,
    /// and up to three times as long on a busy virtual one, whose grade must be the same.
    static let ruleLimit = Duration.milliseconds(8)
}

/// Where a provider falls short of a demand.
struct Shortfall: CustomStringConvertible {
    let demand: GradeDemand
    /// For the author: what falls short.
    let what: String

    var description: String { "\(demand.grade) demands: \(demand.words). \(what)" }
}

extension [Shortfall] {
    /// The highest grade of which all demands are met.
    var grade: Grade? {
        let lowest = map(\.demand.grade).min()
        return Grade.allCases.last { grade in lowest.map { grade < $0 } ?? true }
    }

    /// The shortfalls from the lowest grade that is not held.
    var next: [String] {
        let lowest = map(\.demand.grade).min()
        return filter { $0.demand.grade == lowest }.map(\.description)
    }
}

extension ConductWalk {
    /// Where the provider falls short of the highest grade, if the walks have found nothing.
    func shortfalls(except: Set<String>, stored: [String: [StoredSample]]) -> [Shortfall] {
        var all: [Shortfall] = []
        func note(_ demand: GradeDemand, _ what: some Sequence<String>) {
            all += what.map { Shortfall(demand: demand, what: $0) }
        }
        note(.everyLine, except.sorted().map { "\($0) is excepted" })
        note(.everyTask, tasks.filter { !isTried($0) }.map { "\($0.id) was never attempted" })
        for table in tables {
            let versions = Set(stored[table.id.rawValue, default: []].map(\.version))
            note(
                .everyVersion,
                (1..<max(1, table.records.version)).filter { !versions.contains($0) }.map {
                    "\(table.id): there is no sample of version \($0)"
                })
            note(
                .wayOut,
                table.states.filter { $0.isOpen && table.actions(in: $0.id).isEmpty }.map {
                    "\(table.id): staff can do nothing in the state \"\($0.id)\""
                })
            if table.openings.contains(where: { $0.opening?.input.fields.isEmpty == false }), table.corrections.isEmpty
            {
                note(.corrections, ["\(table.id): no line is correctable(…)"])
            }
            note(.examples, table.rows.flatMap { Self.fieldsWithoutExample($0, of: table) })
            note(.shortWords, Self.longWords(of: table))
        }
        note(.examples, tasks.flatMap { task in Self.fieldsWithoutExample(task.input).map { "\(task.id): \"\($0)\"" } })
        note(.headlines, poorHeadlines.sorted())
        note(.members, untitledMembers.sorted())
        note(.fast, slowRules.sorted())
        if steps < GradeDemand.steps { note(.longWalk, ["There were \(steps): raise steps: or seeds:"]) }
        return all
    }

    private static func fieldsWithoutExample(_ row: ServiceTable.Row, of table: ServiceTable) -> [String] {
        guard let input = (row.opening ?? row.action)?.input else { return [] }
        return fieldsWithoutExample(input).map { "\(table.id) \(row.event): \"\($0)\"" }
    }

    private static func fieldsWithoutExample(_ input: InputSchema) -> [String] {
        input.fields.filter { field in
            guard field.isRequired, field.exampleValue == nil, field.initial == nil else { return false }
            return field.kind.choices.isEmpty && field.kind != .bool
        }.map(\.name)
    }

    private static func longWords(of table: ServiceTable) -> [String] {
        let names =
            table.states.map { ($0.name, GradeDemand.stateLength) }
            + table.actions.map { ($0.schema.name, GradeDemand.actionLength) }
        return names.flatMap { name, limit in
            [name.fr, name.en].filter { $0.count > limit }.map { "\(table.id): \"\($0)\" has \($0.count) characters" }
        }
    }
}
