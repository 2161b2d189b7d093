import Civil

/// An amount in euros, exact to the cent.
///
/// It is written as a literal in euros (`50`), or as `Money(cents: 1250)`. Arithmetic never traps: a result that does
/// not fit is the least or the greatest amount.
public struct Money: Sendable, Hashable, Comparable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// How many cents it is, negative for a debt.
    public let cents: Int64

    /// An amount of so many cents, negative ones too.
    public init(cents: Int64) { self.cents = cents }

    /// An amount in euros.
    public init(integerLiteral euros: Int64) { self = Money(cents: 100) * euros }

    /// Reads an amount as people type it in either language: `50`, `12,50`, `12.50`, `12,50 €`, `€12.50`, `-3 EUR`,
    /// `1 234,50 €`, `€1,234.50`. Nil for anything else.
    ///
    /// Nothing is guessed: `1.234` and `1,234` could mean two amounts, and are refused. Cents have one or two digits,
    /// and the amount is less than a million million euros.
    public init?(_ typed: String) {
        guard let cents = MoneyReader(typed).cents else { return nil }
        self.cents = cents
    }

    /// The amount that a number of euros stands for; nil if the number has parts of a cent, or is too large.
    public init?(euros: Double) {
        guard abs(euros) < Double(MoneyReader.limit) else { return nil }
        let cents = (euros * 100).rounded()
        guard cents / 100 == euros else { return nil }
        self.cents = Int64(cents)
    }

    /// `12.50`, the same in each language; ``init(_:)`` reads it.
    public var description: String {
        let (euros, rest) = cents.magnitude.quotientAndRemainder(dividingBy: 100)
        return (cents < 0 ? "-" : "") + "\(euros)." + Int(rest).padded(2)
    }

    /// Whether the left amount is smaller.
    public static func < (left: Money, right: Money) -> Bool { left.cents < right.cents }

    /// Both amounts together; the greatest or the least amount if that does not fit.
    public static func + (left: Money, right: Money) -> Money {
        let (sum, overflow) = left.cents.addingReportingOverflow(right.cents)
        return overflow ? extreme(isNegative: left.cents < 0) : Money(cents: sum)
    }

    /// The left amount without the right one; the greatest or the least amount if that does not fit.
    public static func - (left: Money, right: Money) -> Money {
        let (difference, overflow) = left.cents.subtractingReportingOverflow(right.cents)
        return overflow ? extreme(isNegative: left.cents < 0) : Money(cents: difference)
    }

    /// The amount as often as a number says.
    public static func * (amount: Money, count: some BinaryInteger) -> Money {
        let factor = Int64(clamping: count)
        let (product, overflow) = amount.cents.multipliedReportingOverflow(by: factor)
        return overflow ? extreme(isNegative: (amount.cents < 0) != (factor < 0)) : Money(cents: product)
    }

    /// Adds an amount, without overflow, as `+` does.
    public static func += (left: inout Money, right: Money) { left = left + right }

    /// Subtracts an amount, without overflow, as `-` does.
    public static func -= (left: inout Money, right: Money) { left = left - right }

    /// The amount with the other sign.
    public static prefix func - (amount: Money) -> Money { 0 - amount }

    private static func extreme(isNegative: Bool) -> Money { Money(cents: isNegative ? .min : .max) }
}

extension Money: Codable {
    /// Reads what ``encode(to:)`` wrote.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let amount = Money(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\"\(text)\" is not an amount like 12.50"))
        }
        self = amount
    }

    /// Writes `12.50`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Reads an amount as people type it.
private struct MoneyReader {
    /// The amounts that are read are less than this, in euros.
    static let limit: Int64 = 1_000_000_000_000

    let cents: Int64?

    init(_ typed: String) {
        var rest = Self.trimmed(typed[...])
        var isNegative = Self.takeSign(&rest)
        if Self.takeMark(&rest, atStart: true) {
            if isNegative == nil { isNegative = Self.takeSign(&rest) }
        } else {
            _ = Self.takeMark(&rest, atStart: false)
        }
        cents = Self.amount(rest).map { isNegative == true ? -$0 : $0 }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    /// Whether a sign was taken that is a minus; nil if there is none.
    private static func takeSign(_ rest: inout Substring) -> Bool? {
        guard let sign = rest.first, "+-\u{2212}".contains(sign) else { return nil }
        rest = trimmed(rest.dropFirst())
        return sign != "+"
    }

    private static func takeMark(_ rest: inout Substring, atStart: Bool) -> Bool {
        let folded = rest.lowercased()
        for mark in ["€", "euros", "euro", "eur"] where atStart ? folded.hasPrefix(mark) : folded.hasSuffix(mark) {
            rest = trimmed(atStart ? rest.dropFirst(mark.count) : rest.dropLast(mark.count))
            return true
        }
        return false
    }

    private static func amount(_ text: Substring) -> Int64? {
        var whole = text
        var fraction: Substring = ""
        var grouping: [Character] = [" ", "\u{A0}", "\u{202F}", "\u{2009}"]
        if let mark = text.lastIndex(where: { $0 == "." || $0 == "," }) {
            (whole, fraction) = (text[..<mark], text[text.index(after: mark)...])
            guard (1...2).contains(fraction.count) else { return nil }
            // In English a comma separates thousands, which is certain only if cents follow a point.
            if text[mark] == ".", whole.contains(",") { grouping = [","] }
        }
        guard let euros = number(whole, groupedBy: grouping), let cents = digits(fraction, upTo: 2) else { return nil }
        return euros * 100 + (fraction.count == 1 ? cents * 10 : cents)
    }

    /// A whole number, in groups of three digits if it has a separator.
    private static func number(_ text: Substring, groupedBy separators: [Character]) -> Int64? {
        guard let separator = text.first(where: separators.contains) else {
            return text.isEmpty ? nil : digits(text, upTo: 12)
        }
        let groups = text.split(separator: separator, omittingEmptySubsequences: false)
        guard (1...3).contains(groups[0].count), groups.dropFirst().allSatisfy({ $0.count == 3 }) else { return nil }
        return digits(groups.joined()[...], upTo: 12)
    }

    private static func digits(_ text: Substring, upTo most: Int) -> Int64? {
        guard text.count <= most else { return nil }
        var value: Int64 = 0
        for digit in text.utf8 {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = value * 10 + Int64(digit - 0x30)
        }
        return value
    }
}
