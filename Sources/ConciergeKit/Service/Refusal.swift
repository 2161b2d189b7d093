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
