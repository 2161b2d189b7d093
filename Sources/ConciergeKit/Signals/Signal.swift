import JSON

/// Something that a request tells to whom it may concern: services of other providers may open a request on it.
///
/// ```swift
/// struct Uncollected: Signal { let days: Int }
///
/// static let signals: [any Signal.Type] = [Uncollected.self]
/// …
/// parcel.raise(Uncollected(days: 14))
/// ```
///
/// Its id is the provider's id and the name of the type, `parcel.uncollected`. The id is the only thing that a listener
/// has to know, so no provider imports another:
///
/// ```swift
/// opening(on: "parcel.uncollected", as: Reminder.self, to: .planned) { reminder, moment in … }
/// ```
///
/// Its stored properties are what it says. They must be encoded as a JSON object, which a struct is. Other providers,
/// and everybody who may read the requests that it opens, see them: it must say nothing that
/// ``Service/secrets`` hides.
public protocol Signal: Codable, Sendable {}

/// A signal with its type erased.
package enum SignalName {
    /// The id of a signal that a service raises.
    package static func id(of signal: any Signal.Type, raisedBy service: String) -> String {
        "\(service.prefix { $0 != "." }).\(Naming.action(String(describing: signal)))"
    }
}

extension DraftOf {
    /// Raises a signal: each service that listens to it opens a request, for the resident of this one.
    ///
    /// The signal is stored in the commit of this transition, and delivered to each listener exactly once, in a later
    /// commit. A listener whose provider is not served at the time gets it when it is. What becomes of a signal is
    /// added to the history of this request: which request it opened, why a listener refused it, or that nobody
    /// listens.
    ///
    /// The service must name the signal in ``Service/signals``.
    public mutating func raise<Raised: Signal>(_ signal: Raised) {
        let values = try? JSON.parse(JSONCoding.encode(signal)).objectValue
        raise(SignalName.id(of: Raised.self, raisedBy: S.id), values)
    }
}

extension Service {
    /// Opens a request when another request raises a signal; the rule creates its first draft. The request begins in
    /// the first of several states, unless the rule chooses another.
    ///
    /// The fields of the input are what the rule needs to know of the signal. What the signal says besides them is
    /// ignored. If it lacks a required field, that is reported as a mistake, and the delivery is tried again.
    ///
    /// If the rule refuses, the delivery ends, and the history of the request that raised the signal has the reason. If
    /// it postpones, the delivery is tried again with a growing delay, up to an hour; so it is if the rule fails.
    public func opening<I: Input>(
        on signal: String, as input: I.Type, to state: State, _ others: State...,
        rule: @escaping @Sendable (I, Moment) throws -> Draft
    ) -> Transition<Self> {
        .onSignal(signal, input, to: [state] + others, rule)
    }
}
