/// Why a rule does not allow something, as text for the person who asked. Nothing was changed.
public struct Refusal: Error, Sendable, Hashable {
    /// What whoever asked reads: why it is not allowed, and what they can do.
    public let reason: Text

    /// Refuses with a text that exists already.
    public init(_ reason: Text) {
        self.reason = reason
    }

    /// Refuses with a reason in both languages: `throw Refusal(fr: "…", en: "…")`.
    public init(fr: Phrase, en: Phrase) {
        reason = Text(fr: fr, en: en)
    }
}

extension Service {
    /// Refuses with these words unless a condition holds.
    public func require(
        _ holds: Bool, fr: @autoclosure () -> Phrase, en: @autoclosure () -> Phrase
    ) throws(Refusal) {
        if !holds { throw Refusal(fr: fr(), en: en()) }
    }
}
