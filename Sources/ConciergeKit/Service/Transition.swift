package import JSON

/// A line of a service's table: the states it starts from, its trigger, the states it leads to, and its rule.
///
/// It is created with `opening`, `on`, `after` and `ended`, which are methods of ``Service``. A line that changes the
/// state has `from:` and `to:`; a line that keeps it has `in:`.
public struct Transition<S: Service>: Sendable {
    package let trigger: Trigger
    package let timer: TimerOf<S>?
    /// The commitment whose deadline the line watches.
    package fileprivate(set) var commitment: CommitmentOf<S>?
    package let from: [StateOf<S>]
    /// A line that changes the state leads to the first of these, unless its rule chooses another. A line that keeps
    /// the state leads to one of these only if its rule chooses it.
    package let to: [StateOf<S>]
    package let stays: Bool
    package let rule: Rule
    /// What staff may correct, if the line says that.
    package let correction: Correction<S>?

    /// The rule with its input's type erased.
    package enum Rule: Sendable {
        case open(@Sendable (JSONObject, Moment) throws -> DraftOf<S>)
        case act(@Sendable (JSONObject, inout DraftOf<S>) throws -> Void)
        case fire(@Sendable (inout DraftOf<S>) -> Void)
        case outcome(@Sendable (EndedRun, inout DraftOf<S>) throws -> Void)
        case grant(@Sendable (Claim, inout DraftOf<S>) -> Void)
        /// The rule is that of ``Transition/correction``.
        case correct
    }

    fileprivate init(
        _ trigger: Trigger, from: [StateOf<S>] = [], to: [StateOf<S>], stays: Bool = false,
        timer: TimerOf<S>? = nil, rule: Rule
    ) {
        self.trigger = trigger
        self.timer = timer
        self.from = from
        self.to = to
        self.stays = stays
        self.rule = rule
        correction = nil
    }

    /// A line that says what staff may correct; without a correction, its key path leads to no field.
    init(correcting correction: Correction<S>?) {
        (trigger, timer, from, to, stays, rule) = (.correction, nil, [], [], true, .correct)
        self.correction = correction
    }
}

extension Transition {
    /// An opening on a signal.
    static func onSignal<I: Input>(
        _ signal: String, _ input: I.Type, to states: [StateOf<S>],
        _ rule: @escaping @Sendable (I, Moment) throws -> DraftOf<S>
    ) -> Self {
        let schema = ActionSchema(input)
        return Self(
            .signal(signal, schema), to: states,
            rule: .open { values, moment in try rule(I(schema.input.known(of: values), schema: schema.input), moment) })
    }
}

/// What triggers a transition.
package enum Trigger: Sendable {
    case opening(ActionSchema)
    /// Another request raised the signal with this id.
    case signal(String, ActionSchema)
    case action(ActionSchema)
    case timer(String)
    case outcome(TaskReference)
    /// A request in line is granted what it waits for.
    case grant
    /// Staff correct a member of the record.
    case correction
}

/// An action as derived from its input's declaration.
package struct ActionSchema: Sendable {
    package let id: String
    package let name: Text
    package let input: InputSchema
    /// Fields that are refused by name, with the reason.
    package let refused: [String: Text]

    init(_ input: (some Input).Type) {
        id = Naming.action(String(describing: input))
        name = input.name
        self.input = InputSchema(of: input)
        refused = input.refused
    }
}

extension Service {
    /// Opens a request: the rule creates its first draft. The request begins in the first of several states, unless the
    /// rule chooses another.
    public func opening<I: Input>(
        _ input: I.Type, to state: State, _ others: State...,
        rule: @escaping @Sendable (I, Moment) throws -> Draft
    ) -> Transition<Self> {
        let action = ActionSchema(input)
        return Transition(
            .opening(action), to: [state] + others,
            rule: .open { object, moment in try rule(I(object, schema: action.input), moment) })
    }

    /// An action of staff in these states. It leads to the first state of `to`, unless the rule chooses another.
    public func on<I: Input>(
        _ input: I.Type, from: State..., to state: State, _ others: State...,
        rule: @escaping @Sendable (I, inout Draft) throws -> Void = { _, _ in }
    ) -> Transition<Self> {
        action(input, from: from, to: [state] + others, stays: false, rule)
    }

    /// An action of staff in these states. The request stays in its state, unless the rule chooses one of `or`.
    public func on<I: Input>(
        _ input: I.Type, in states: State..., or others: State...,
        rule: @escaping @Sendable (I, inout Draft) throws -> Void
    ) -> Transition<Self> {
        action(input, from: states, to: others, stays: true, rule)
    }

    private func action<I: Input>(
        _ input: I.Type, from: [State], to: [State], stays: Bool,
        _ rule: @escaping @Sendable (I, inout Draft) throws -> Void
    ) -> Transition<Self> {
        let action = ActionSchema(input)
        return Transition(
            .action(action), from: from, to: to, stays: stays,
            rule: .act { object, draft in try rule(I(object, schema: action.input), &draft) })
    }

    /// What happens when a timer fires in these states. The rule cannot refuse.
    public func after(
        _ timer: Timer, from: State..., to state: State, _ others: State...,
        rule: @escaping @Sendable (inout Draft) -> Void = { _ in }
    ) -> Transition<Self> {
        Transition(.timer(timer.id), from: from, to: [state] + others, timer: timer, rule: .fire(rule))
    }

    /// What happens when a timer fires in these states. The request stays in its state, unless the rule chooses one of
    /// `or`. The rule cannot refuse.
    public func after(
        _ timer: Timer, in states: State..., or others: State...,
        rule: @escaping @Sendable (inout Draft) -> Void
    ) -> Transition<Self> {
        Transition(.timer(timer.id), from: states, to: others, stays: true, timer: timer, rule: .fire(rule))
    }

    /// What happens before the deadline of a commitment, in these states: as long before as its `warning` says, while the
    /// lodge is open unless safety is at stake. The request stays in its state, unless the rule chooses one of `or`. The
    /// rule cannot refuse.
    public func on(
        approaching commitment: Commitment, in states: State..., or others: State...,
        rule: @escaping @Sendable (inout Draft) -> Void
    ) -> Transition<Self> {
        watching(commitment, commitment.approaching, in: states, or: others, rule)
    }

    /// What happens once the deadline of a commitment has passed in these states: at the next opening of the lodge, or at
    /// once if safety is at stake. The commitment is missed, in these states and in all others. The request stays in its
    /// state, unless the rule chooses one of `or`. The rule cannot refuse.
    public func on(
        missed commitment: Commitment, in states: State..., or others: State...,
        rule: @escaping @Sendable (inout Draft) -> Void
    ) -> Transition<Self> {
        watching(commitment, commitment.missed, in: states, or: others, rule)
    }

    private func watching(
        _ commitment: Commitment, _ timer: Timer, in states: [State], or others: [State],
        _ rule: @escaping @Sendable (inout Draft) -> Void
    ) -> Transition<Self> {
        var line = Transition<Self>(
            .timer(timer.id), from: states, to: others, stays: true, timer: timer, rule: .fire(rule))
        line.commitment = commitment
        return line
    }

    /// What happens when a run that the request asked for has ended. Without such a line, the end of the run is only
    /// recorded in the history.
    public func ended<Given, Answer>(
        _ task: TaskName<Given, Answer>, from: State..., to state: State, _ others: State...,
        rule: @escaping @Sendable (RunOutcome<Given, Answer>, inout Draft) -> Void = { _, _ in }
    ) -> Transition<Self> {
        outcome(task, from: from, to: [state] + others, stays: false, rule)
    }

    /// What happens when a run that the request asked for has ended. The request stays in its state, unless the rule
    /// chooses one of `or`.
    public func ended<Given, Answer>(
        _ task: TaskName<Given, Answer>, in states: State..., or others: State...,
        rule: @escaping @Sendable (RunOutcome<Given, Answer>, inout Draft) -> Void
    ) -> Transition<Self> {
        outcome(task, from: states, to: others, stays: true, rule)
    }

    private func outcome<Given, Answer>(
        _ task: TaskName<Given, Answer>, from: [State], to: [State], stays: Bool,
        _ rule: @escaping @Sendable (RunOutcome<Given, Answer>, inout Draft) -> Void
    ) -> Transition<Self> {
        Transition(
            .outcome(task.reference), from: from, to: to, stays: stays,
            rule: .outcome { ended, draft in rule(try RunOutcome(ended, of: task), &draft) })
    }
    /// What happens when a request in line is granted what it waits for: what `claim(…, orWait:)` asked for has been
    /// given back, and the request is the first in line for it. It holds the claim already; the grant is committed
    /// together with what has freed it. The rule cannot refuse.
    ///
    /// A request stays in line while it is in a state that has such a line, whatever else happens to it.
    public func granted(
        from: State..., to state: State, _ others: State...,
        rule: @escaping @Sendable (Claim, inout Draft) -> Void = { _, _ in }
    ) -> Transition<Self> {
        Transition(.grant, from: from, to: [state] + others, rule: .grant(rule))
    }
}
