package import ConciergeKit
package import JSON

/// A service's table with its types erased. The engine decides by it, and all that is shown about the service is
/// derived from it.
package final class ServiceTable: Sendable {
    package struct State: Sendable {
        package let id: String
        package let name: Text
        /// Who has to act next; nil if a request in this state is closed.
        package let turn: Turn?
        /// The ids of the actions that usually lead on.
        package var next: [String] = []
        package var isOpen: Bool { turn != nil }
    }

    /// The state of a request whose opening was taken back. It is in no table, and requests of every service may be in it.
    package static let undone: State = {
        let state = DeclaredState.enteredInError
        return State(id: state.id, name: Text(fr: state.french(), en: state.english()), turn: nil)
    }()

    package struct Timer: Sendable {
        package let id: String
        package let name: Text
    }

    package struct Commitment: Sendable {
        package let id: String
        package let name: Text
        package let kind: CommitmentKind
    }

    /// One transition. A line of the service's table that stays in several states is one for each of them.
    package struct Row: Sendable {
        package let trigger: Trigger
        package let from: [String]
        package let to: [String]
        package let rule: Rule
        /// Whether it is the first of the openings, by which a request is opened where the caller names none.
        fileprivate(set) var isFirstOpening = false

        /// The label after which the author names a further state to which the rule may go.
        var destinationLabel: String { from == [to[0]] ? "or:" : "to:" }
    }

    /// A rule on a stored record. It throws a `Refusal`, an `InvalidField`, or the error of the decoder if the stored
    /// record cannot be read.
    package enum Rule: Sendable {
        case open(@Sendable (JSONObject, Moment) throws -> Drafted)
        case act(@Sendable (JSONObject, RuleSubject) throws -> Drafted)
        case fire(@Sendable (RuleSubject) throws -> Drafted)
        case outcome(@Sendable (EndedRun, RuleSubject) throws -> Drafted)
        /// Staff correct members of the record; the object has the new values by the names of their fields.
        case correct(@Sendable (JSONObject, RuleSubject) throws -> Corrected)
        /// What the request waits for is free.
        case grant(@Sendable (Want, RuleSubject) throws -> Drafted)
    }

    package let id: ServiceID
    package let name: Text
    package let summary: Text
    /// Whether a request is for a resident.
    package let resident: Need
    /// Whether a request is about a place.
    package let place: Need
    /// What becomes of an open request whose resident moves out.
    package let movingOut: MovingOut.Way
    package let states: [State]
    package let timers: [Timer]
    package let commitments: [Commitment]
    package let rows: [Row]
    /// Reads stored records of any version.
    package let records: RecordReader
    /// The fields by which staff may correct the record.
    package let corrections: [FieldSchema]
    private let correct: Rule
    /// Members of the record that only staff see: those that the service names, and those that have the name of a
    /// secret field.
    package let secrets: Set<String>
    /// What people see of the record.
    package let members: RecordWords
    /// The ids of the signals that its rules raise.
    package let signals: Set<String>
    /// What it says to residents as types.
    package let notices: [NoticeDeclaration]

    /// The names that the configuration knows, by the names of fields.
    package let known: [String: [String]]
    private let when: (@Sendable (_ record: [UInt8], _ version: Int) throws -> Instant?)?
    private let likeness: @Sendable (_ record: [UInt8], _ version: Int) throws -> String?
    private let headline: @Sendable (_ record: [UInt8], _ version: Int) throws -> Text
    let nameMistakes: [String]
    let correctionMistakes: [String]
    private let addNames: @Sendable (inout StateBook) -> Void
    private let openStates: Set<String>
    private let rowsByState: [String: [Row]]
    private let timersByState: [String: Set<String>]
    private let actionsByState: [String: [String]]
    private let grantsByState: [String: Row]
    /// The commitments that a line `on(missed: …)` watches.
    private let watched: Set<String>

    package init<S: Service>(_ service: S) {
        id = ServiceID(S.id)
        name = S.name
        summary = S.summary
        resident = S.resident
        place = S.place
        movingOut = S.movingOut.way
        let lifecycle = service.lifecycle
        let names = TableNames(service, lifecycle)
        headline = { record, version in
            service.headline(try names.upgrades.read(record, version: version))
        }
        likeness = { record, version in
            service.likeness(try names.upgrades.read(record, version: version))
        }
        known = Dictionary(service.knownNames.map { ($0.field, $0.names) }) { $0 + $1 }
        when = (service as? any TimedService).map { Self.times(of: $0) }
        states = names.states.map { State(id: $0.id, name: $0.name, turn: $0.turn, next: $0.next) }
        timers = names.timers.map { Timer(id: $0.id, name: $0.name) }
        commitments = names.commitments.map { Commitment(id: $0.id, name: $0.name, kind: $0.kind) }
        nameMistakes = names.mistakes + service.staticMistakes
        addNames = { $0.add(names) }
        var rows = lifecycle.flatMap { Row.rows(of: $0, names) }
        if let first = rows.firstIndex(where: { $0.opening != nil }) { rows[first].isFirstOpening = true }
        self.rows = rows
        records = RecordReader(names)
        signals = Set(S.signals.signalTypes.compactMap(\.self).map { SignalName.id(of: $0, raisedBy: S.id) })
        notices = S.notices.noticeTypes.compactMap { type in type.map { NoticeDeclaration(of: $0) } }
        let corrections = lifecycle.compactMap(\.correction)
        self.corrections = corrections.map(\.field)
        correctionMistakes = Self.mistakes(in: lifecycle)
        correct = Rule(corrections, names)
        secrets = rows.compactMap { $0.opening ?? $0.action }.reduce(S.secrets.secretNames) {
            $0.union($1.input.secrets)
        }
        members = RecordWords(
            of: service, inputs: rows.compactMap { ($0.opening ?? $0.opensOn?.schema ?? $0.action)?.input })
        watched = Set(
            rows.compactMap { row in
                if case .missed(let name)? = row.timer.flatMap(DeadlineTimer.init) { name } else { nil }
            })
        openStates = Set(states.filter(\.isOpen).map(\.id))
        var byState: [String: [Row]] = [:]
        for row in rows {
            for state in row.from { byState[state, default: []].append(row) }
        }
        rowsByState = byState
        timersByState = byState.mapValues { Set($0.compactMap(\.timer)) }
        let next = Dictionary(states.map { ($0.id, $0.next) }) { first, _ in first }
        actionsByState = Dictionary(
            uniqueKeysWithValues: byState.map { state, rows in
                let (actions, first) = (rows.compactMap { $0.action?.id }, next[state] ?? [])
                return (state, first.filter(actions.contains) + actions.filter { !first.contains($0) })
            })
        grantsByState = byState.compactMapValues { $0.first(where: \.isGrant) }
    }

    /// The states in which a request may be: those of the table, and ``undone``.
    package var shownStates: [State] { states.contains { $0.id == Self.undone.id } ? states : states + [Self.undone] }

    /// What a list shows of a request, with times in a zone; nil if its record cannot be read.
    package func headline(of request: StoredRequest, in zone: Zone) -> Text? {
        try? headline(request.record, request.recordVersion).said(in: zone)
    }

    /// Whether each of its requests is about a time.
    package var isTimed: Bool { when != nil }

    /// When what a request is about takes place; nil if that is not known.
    package func when(_ request: StoredRequest) -> Instant? {
        guard let when else { return nil }
        return (try? when(request.record, request.recordVersion)) ?? nil
    }

    private static func times<S: TimedService>(
        of service: S
    ) -> @Sendable (_ record: [UInt8], _ version: Int) throws -> Instant? {
        let upgrades = service.upgrades
        return { record, version in service.when(try upgrades.read(record, version: version)) }
    }

    /// What an open request is likely to be the same as, for another one about the same place; nil if nothing, or if its
    /// record cannot be read.
    package func likeness(of request: StoredRequest) -> String? {
        try? likeness(request.record, request.recordVersion)
    }

    /// Adds the states, for tasks that read requests.
    package func add(to book: inout StateBook) { addNames(&book) }

    /// The states and upgrades of this service alone.
    package var stateBook: StateBook {
        var book = StateBook()
        addNames(&book)
        return book
    }

    /// The row by which staff open a request where they name no opening; nil if requests are opened on signals only.
    package var opening: Row? {
        rows.first { $0.opening != nil }
    }

    /// The rows by which staff open a request.
    package var openings: [Row] { rows.filter { $0.opening != nil } }

    /// The opening with this id; without an id, the first.
    package func opening(by id: String?) -> Row? {
        guard let id else { return opening }
        return rows.first { $0.opening?.id == id }
    }

    /// The row that opens a request on a signal.
    package func opening(on signal: String) -> Row? {
        rows.first { $0.opensOn?.signal == signal }
    }

    /// The signals on which requests are opened.
    package var heard: [String] { rows.compactMap { $0.opensOn?.signal } }

    package func isOpen(_ state: String) -> Bool { openStates.contains(state) }

    /// Whether its requests can have commitments.
    package var hasCommitments: Bool { !commitments.isEmpty }

    /// The ids of the timers of all commitments.
    var deadlineTimers: Set<String> {
        Set(commitments.flatMap { [DeadlineTimer.approaching($0.id).id, DeadlineTimer.missed($0.id).id] })
    }

    /// Whether a line of the table watches the deadline of a commitment.
    package func watches(_ commitment: String) -> Bool { watched.contains(commitment) }

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

    /// The row that runs when a request in line in this state is granted what it waits for.
    package func grant(in state: String) -> Row? { grantsByState.isEmpty ? nil : grantsByState[state] }

    /// Whether its requests can be in line.
    package var hasLines: Bool { !grantsByState.isEmpty }

    package func row(forOutcomeOf task: TaskID, in state: String) -> Row? {
        rowsByState[state]?.first { row in
            if case .outcome(let wanted) = row.trigger { wanted.id == task.rawValue } else { false }
        }
    }

    /// The row by which staff correct a request in a state.
    func correction(in state: String) -> Row { Row(trigger: .correction, from: [state], to: [state], rule: correct) }

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

/// The result of a rule.
package struct Drafted: Sendable {
    package let record: [UInt8]
    package let effects: [Effect]
    /// The state that the rule chose; nil for the row's first state.
    package let destination: String?
    /// Why the call is refused, although everything else in the draft is kept.
    package let refusal: Text?
    /// Why the rule must run again later, and nothing of this draft is applied now.
    package let postponed: Text?
    /// What the rule takes and releases, and what it waits for.
    package let claims: ClaimBook.Changes
    /// What the rule promises, pauses and keeps; nil if it has nothing to do with commitments.
    package let commitments: CommitmentBook?
    /// The states in which the rule lets the request wait in line, whether or not it has to.
    let waitingStates: [String]

    init<S: Service>(_ draft: DraftOf<S>) throws {
        record = try JSONCoding.encode(draft.record)
        effects = draft.effects
        destination = draft.destination
        refusal = draft.refusal
        postponed = draft.postponed
        claims = draft.claimBook.changes
        commitments = draft.commitmentBook
        waitingStates = draft.waitingStates
    }
}

/// A request as a rule receives it, before it is decoded into its service's types.
package struct RuleSubject {
    let record: [UInt8]
    let state: String
    let openedAt: Instant
    let moment: Moment

    func draft<S: Service>(_ names: TableNames<S>) throws -> DraftOf<S> {
        guard let state = names.state(state) else {
            throw UnreadableRecord.undecodable(version: nil, reason: "the table has no state \"\(state)\"")
        }
        return DraftOf(
            try JSONCoding.decode(S.Record.self, from: record), at: moment, in: state, openedAt: openedAt)
    }
}

extension ServiceTable.Row {
    fileprivate static func rows<S: Service>(of line: Transition<S>, _ names: TableNames<S>) -> [Self] {
        guard let rule = ServiceTable.Rule(line.rule, names) else { return [] }
        let (from, to) = (line.from.map(\.id), line.to.map(\.id))
        guard line.stays, !from.isEmpty else { return [Self(trigger: line.trigger, from: from, to: to, rule: rule)] }
        return from.map { state in
            Self(trigger: line.trigger, from: [state], to: [state] + to.filter { $0 != state }, rule: rule)
        }
    }

    package var opening: ActionSchema? {
        if case .opening(let schema) = trigger { schema } else { nil }
    }

    /// The signal on which the row opens a request, and what it needs of it.
    package var opensOn: (signal: String, schema: ActionSchema)? {
        if case .signal(let signal, let schema) = trigger { (signal, schema) } else { nil }
    }

    /// Whether the row begins a request.
    package var begins: Bool { opening != nil || opensOn != nil }

    package var action: ActionSchema? {
        if case .action(let schema) = trigger { schema } else { nil }
    }

    package var timer: String? {
        if case .timer(let timer) = trigger { timer } else { nil }
    }

    package var isGrant: Bool {
        if case .grant = trigger { true } else { false }
    }

    /// Whether a timer, the end of a run or a grant triggers it, and not somebody.
    var isAutomatic: Bool {
        switch trigger {
        case .timer, .outcome, .grant: true
        case .opening, .signal, .action, .correction: false
        }
    }

    /// The event by which the history and the diagram name the trigger.
    package var event: RequestEvent {
        switch trigger {
        case .opening(let schema): isFirstOpening ? .opened : .openedBy(schema.id)
        case .signal(let signal, _): .openedOnSignal(signal)
        case .action(let schema): .action(schema.id)
        case .timer(let timer): .timer(timer)
        case .outcome(let task): .runEnded(TaskID(task.id))
        case .grant: .granted
        case .correction: .corrected
        }
    }
}

extension ServiceTable.Rule {
    /// Nil for a correction, which all such lines of a table make together.
    fileprivate init?<S: Service>(_ rule: Transition<S>.Rule, _ names: TableNames<S>) {
        switch rule {
        case .correct: return nil
        case .open(let rule):
            self = .open { input, moment in try Drafted(rule(input, moment)) }
        case .act(let rule):
            self = .act { input, subject in
                var draft = try subject.draft(names)
                try rule(input, &draft)
                return try Drafted(draft)
            }
        case .fire(let rule):
            self = .fire { subject in
                var draft = try subject.draft(names)
                rule(&draft)
                return try Drafted(draft)
            }
        case .outcome(let rule):
            self = .outcome { outcome, subject in
                var draft = try subject.draft(names)
                try rule(outcome, &draft)
                return try Drafted(draft)
            }
        case .grant(let rule):
            self = .grant { want, subject in
                var draft = try subject.draft(names)
                if let claim = draft.take(want) { rule(claim, &draft) }
                return try Drafted(draft)
            }
        }
    }
}
