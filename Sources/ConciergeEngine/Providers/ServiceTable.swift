package import ConciergeKit
package import JSON

/// A service's table with its types erased: what the engine decides by, and what everything shown of a service is
/// derived from.
package final class ServiceTable: Sendable {
    package struct State: Sendable {
        package let id: String
        package let name: Text
        package let isOpen: Bool
    }

    package struct Timer: Sendable {
        package let id: String
        package let name: Text
    }

    /// One transition.
    package struct Row: Sendable {
        package let trigger: Trigger
        package let from: [String]
        package let to: [String]
        package let rule: Rule
    }

    /// A rule on a record as it is stored. It throws a `Refusal`, an `InvalidField`, or, where the stored record
    /// cannot be read, whatever decoding it throws.
    package enum Rule: Sendable {
        case open(@Sendable (JSONObject, Moment) throws -> Drafted)
        case act(@Sendable (JSONObject, [UInt8], Moment) throws -> Drafted)
        case fire(@Sendable ([UInt8], Moment) throws -> Drafted)
        case outcome(@Sendable (RunOutcome, [UInt8], Moment) throws -> Drafted)
    }

    package let id: String
    package let name: Text
    package let summary: Text
    package let states: [State]
    package let timers: [Timer]
    package let rows: [Row]
    /// How stored records of any version are read.
    package let records: RecordReader
    /// Members of the record that only staff see.
    package let secrets: Set<String>

    private let openStates: Set<String>
    private let rowsByState: [String: [Row]]
    private let timersByState: [String: Set<String>]
    private let actionsByState: [String: [String]]

    package init<S: Service>(_ service: S) {
        id = S.id
        name = service.name
        summary = service.summary
        states = S.State.allCases.map { State(id: $0.rawValue, name: $0.name, isOpen: $0.isOpen) }
        timers = S.Timer.allCases.map { Timer(id: $0.rawValue, name: $0.name) }
        rows = service.lifecycle.map(Row.init)
        records = RecordReader(S.self)
        secrets = S.secrets
        openStates = Set(states.filter(\.isOpen).map(\.id))
        var byState: [String: [Row]] = [:]
        for row in rows {
            for state in row.from { byState[state, default: []].append(row) }
        }
        rowsByState = byState
        timersByState = byState.mapValues { Set($0.compactMap(\.timer)) }
        actionsByState = byState.mapValues { $0.compactMap { $0.action?.id } }
    }

    /// How a request begins. A checked table has exactly one such row.
    package var opening: Row? {
        rows.first { $0.opening != nil }
    }

    package func isOpen(_ state: String) -> Bool { openStates.contains(state) }

    /// The actions that the table allows in a state, in the table's order.
    package func actions(in state: String) -> [String] { actionsByState[state] ?? [] }

    /// The timers that may run in a state.
    package func timers(in state: String) -> Set<String> { timersByState[state] ?? [] }

    package func row(for action: String, in state: String) -> Row? {
        rowsByState[state]?.first { $0.action?.id == action }
    }

    package func row(forTimer timer: String, in state: String) -> Row? {
        rowsByState[state]?.first { $0.timer == timer }
    }

    package func row(forOutcomeOf task: String, in state: String) -> Row? {
        rowsByState[state]?.first { row in
            if case .outcome(let wanted) = row.trigger { wanted == task } else { false }
        }
    }

    /// Each action once, with all states it starts from and all it may lead to.
    package var actions: [(schema: ActionSchema, from: [String], to: [String])] {
        var actions: [(schema: ActionSchema, from: [String], to: [String])] = []
        for row in rows {
            guard let schema = row.action else { continue }
            if let index = actions.firstIndex(where: { $0.schema.id == schema.id }) {
                actions[index].from += row.from.filter { !actions[index].from.contains($0) }
                actions[index].to += row.to.filter { !actions[index].to.contains($0) }
            } else {
                actions.append((schema, row.from, row.to))
            }
        }
        return actions
    }
}

/// What a rule made of a request.
package struct Drafted: Sendable {
    package let record: [UInt8]
    package let effects: [Effect]
    /// Where the rule chose another state than the row's first.
    package let destination: String?
    /// Why what was asked for is refused, though all else is kept.
    package let refusal: Text?

    init<S: Service>(_ draft: Draft<S>) throws {
        record = try JSONCoding.encode(draft.record)
        effects = draft.effects
        destination = draft.destination?.rawValue
        refusal = draft.refusal
    }
}

extension ServiceTable.Row {
    init<S: Service>(_ transition: Transition<S>) {
        trigger = transition.trigger
        from = transition.from.map(\.rawValue)
        to = transition.to.map(\.rawValue)
        rule =
            switch transition.rule {
            case .open(let rule):
                .open { input, moment in try Drafted(rule(input, moment)) }
            case .act(let rule):
                .act { input, record, moment in
                    var draft = try Draft<S>(JSONCoding.decode(S.Record.self, from: record), at: moment)
                    try rule(input, &draft)
                    return try Drafted(draft)
                }
            case .fire(let rule):
                .fire { record, moment in
                    var draft = try Draft<S>(JSONCoding.decode(S.Record.self, from: record), at: moment)
                    rule(&draft)
                    return try Drafted(draft)
                }
            case .outcome(let rule):
                .outcome { outcome, record, moment in
                    var draft = try Draft<S>(JSONCoding.decode(S.Record.self, from: record), at: moment)
                    rule(outcome, &draft)
                    return try Drafted(draft)
                }
            }
    }

    package var opening: ActionSchema? {
        if case .opening(let schema) = trigger { schema } else { nil }
    }

    package var action: ActionSchema? {
        if case .action(let schema) = trigger { schema } else { nil }
    }

    package var timer: String? {
        if case .timer(let timer) = trigger { timer } else { nil }
    }

    /// What the trigger is called in the history and in the diagram.
    package var event: String {
        switch trigger {
        case .opening: "open"
        case .action(let schema): schema.id
        case .timer(let timer): "timer:\(timer)"
        case .outcome(let task): "run:\(task)"
        }
    }
}
