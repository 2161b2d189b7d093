package import JSON

/// A line of a service's table: from which states, on what, to which, by which rule.
///
/// Made with ``Service/opening(_:to:rule:)``, ``Service/on(_:from:to:rule:)``, ``Service/after(_:from:to:rule:)`` and
/// ``Service/ended(_:from:to:rule:)``.
public struct Transition<S: Service>: Sendable {
    package let trigger: Trigger
    package let from: [S.State]
    /// The first is taken unless the rule says another of them.
    package let to: [S.State]
    package let rule: Rule

    /// The rule with its input's type erased.
    package enum Rule: Sendable {
        case open(@Sendable (JSONObject, Moment) throws -> Draft<S>)
        case act(@Sendable (JSONObject, inout Draft<S>) throws -> Void)
        case fire(@Sendable (inout Draft<S>) -> Void)
        case outcome(@Sendable (RunOutcome, inout Draft<S>) -> Void)
    }
}

/// What makes a transition happen.
package enum Trigger: Sendable {
    case opening(ActionSchema)
    case action(ActionSchema)
    case timer(String)
    case outcome(task: String)
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
    /// How a request begins: the rule makes its first draft.
    public func opening<I: Input>(
        _ input: I.Type, to state: State,
        rule: @escaping @Sendable (I, Moment) throws(Refusal) -> Draft<Self>
    ) -> Transition<Self> {
        let action = ActionSchema(input)
        return Transition(
            trigger: .opening(action), from: [], to: [state],
            rule: .open { object, moment in try rule(I(object, schema: action.input), moment) })
    }

    /// What staff may do in these states.
    public func on<I: Input>(
        _ input: I.Type, from: State..., to: State...,
        rule: @escaping @Sendable (I, inout Draft<Self>) throws(Refusal) -> Void
    ) -> Transition<Self> {
        let action = ActionSchema(input)
        return Transition(
            trigger: .action(action), from: from, to: to,
            rule: .act { object, draft in try rule(I(object, schema: action.input), &draft) })
    }

    /// What happens when a timer fires in these states. It cannot be refused.
    public func after(
        _ timer: Timer, from: State..., to: State...,
        rule: @escaping @Sendable (inout Draft<Self>) -> Void
    ) -> Transition<Self> {
        Transition(trigger: .timer(timer.rawValue), from: from, to: to, rule: .fire(rule))
    }

    /// What happens when a run has ended that the request had asked for. Where the table says nothing, the history
    /// alone tells of it.
    public func ended(
        _ task: String, from: State..., to: State...,
        rule: @escaping @Sendable (RunOutcome, inout Draft<Self>) -> Void
    ) -> Transition<Self> {
        Transition(trigger: .outcome(task: task), from: from, to: to, rule: .outcome(rule))
    }
}
