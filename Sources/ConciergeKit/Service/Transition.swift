package import JSON

/// A line of a service's table: from which states, on what, to which, by which rule.
///
/// Made with `opening`, `on`, `after` and `ended`, which are methods of ``Service``. A line that moves has `from:` and
/// `to:`; one that stays has `in:`.
public struct Transition<S: Service>: Sendable {
    package let trigger: Trigger
    package let timer: TimerOf<S>?
    package let from: [StateOf<S>]
    /// Of a line that moves, the first is taken unless the rule goes to another of them. One that stays goes to one of
    /// them where the rule says so.
    package let to: [StateOf<S>]
    package let stays: Bool
    package let rule: Rule

    /// The rule with its input's type erased.
    package enum Rule: Sendable {
        case open(@Sendable (JSONObject, Moment) throws -> DraftOf<S>)
        case act(@Sendable (JSONObject, inout DraftOf<S>) throws -> Void)
        case fire(@Sendable (inout DraftOf<S>) -> Void)
        case outcome(@Sendable (EndedRun, inout DraftOf<S>) throws -> Void)
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
    }
}

/// What makes a transition happen.
package enum Trigger: Sendable {
    case opening(ActionSchema)
    case action(ActionSchema)
    case timer(String)
    case outcome(TaskReference)
}

/// An action as derived from its input's declaration.
package struct ActionSchema: Sendable {
    package let id: String
    package let name: Text
    package let input: InputSchema
    /// Fields that are refused by name.
    package let refused: [String: Text]

    init(_ input: (some Input).Type) {
        id = Naming.action(String(describing: input))
        name = input.name
        self.input = InputSchema(of: input)
        refused = input.refused
    }
}

extension Service {
    /// How a request begins: the rule makes its first draft. Of several states the first is taken unless the rule goes
    /// to another.
    public func opening<I: Input>(
        _ input: I.Type, to state: State, _ others: State...,
        rule: @escaping @Sendable (I, Moment) throws -> Draft
    ) -> Transition<Self> {
        let action = ActionSchema(input)
        return Transition(
            .opening(action), to: [state] + others,
            rule: .open { object, moment in try rule(I(object, schema: action.input), moment) })
    }

    /// What staff may do in these states. It moves to the first state of `to` unless the rule goes to another.
    public func on<I: Input>(
        _ input: I.Type, from: State..., to state: State, _ others: State...,
        rule: @escaping @Sendable (I, inout Draft) throws -> Void = { _, _ in }
    ) -> Transition<Self> {
        action(input, from: from, to: [state] + others, stays: false, rule)
    }

    /// What staff may do in these states. The request stays in its state, unless the rule goes to one of `or`.
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

    /// What happens when a timer fires in these states. It cannot be refused.
    public func after(
        _ timer: Timer, from: State..., to state: State, _ others: State...,
        rule: @escaping @Sendable (inout Draft) -> Void = { _ in }
    ) -> Transition<Self> {
        Transition(.timer(timer.id), from: from, to: [state] + others, timer: timer, rule: .fire(rule))
    }

    /// What happens when a timer fires in these states. The request stays in its state, unless the rule goes to one of
    /// `or`. It cannot be refused.
    public func after(
        _ timer: Timer, in states: State..., or others: State...,
        rule: @escaping @Sendable (inout Draft) -> Void
    ) -> Transition<Self> {
        Transition(.timer(timer.id), from: states, to: others, stays: true, timer: timer, rule: .fire(rule))
    }

    /// What happens when a run has ended that the request had asked for. Where the table says nothing, the history
    /// alone tells of it.
    public func ended<Given, Answer>(
        _ task: TaskName<Given, Answer>, from: State..., to state: State, _ others: State...,
        rule: @escaping @Sendable (RunOutcome<Given, Answer>, inout Draft) -> Void = { _, _ in }
    ) -> Transition<Self> {
        outcome(task, from: from, to: [state] + others, stays: false, rule)
    }

    /// What happens when a run has ended that the request had asked for. The request stays in its state, unless the rule
    /// goes to one of `or`.
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
}
