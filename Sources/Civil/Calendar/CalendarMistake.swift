/// Why a text is no calendar expression, and where.
public struct CalendarMistake: Error, Sendable, Hashable {
    /// Where the mistake begins: how many characters (`Character`) of the text stand before it. The text's length
    /// where something is missing at its end.
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
