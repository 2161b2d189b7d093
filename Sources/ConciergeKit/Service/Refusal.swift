/// Why a rule does not allow something, as text for the person who asked. Nothing was changed.
public struct Refusal: Error, Sendable, Hashable {
    /// The reason.
    public let reason: Text

    /// A refusal for this reason.
    public init(_ reason: Text) {
        self.reason = reason
    }

    /// A refusal for this reason.
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
