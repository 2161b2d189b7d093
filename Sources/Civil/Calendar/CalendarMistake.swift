/// A mistake in the text of a calendar expression, and its position.
public struct CalendarMistake: Error, Sendable, Hashable {
    /// Where the mistake begins: the number of characters (`Character`) before it. It is the text's length if something
    /// is missing at the end.
    public let position: Int
    /// What is wrong, in French, without a full stop.
    public let fr: String
    /// What is wrong, in English, without a full stop.
    public let en: String

    init(at position: Int, fr: String, en: String) {
        self.position = position
        self.fr = fr
        self.en = en
    }
}

extension CalendarMistake: CustomStringConvertible {
    /// The English words with the column, counted from 1.
    public var description: String { "column \(position + 1): \(en)" }
}
