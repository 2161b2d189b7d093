/// Reads the fixed-width digits of dates and times, from the left.
struct DigitReader {
    private var rest: ArraySlice<UInt8>

    init(_ text: some StringProtocol) {
        rest = Array(text.utf8)[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// Reads exactly `width` digits.
    mutating func number(_ width: Int) -> Int? {
        guard rest.count >= width else { return nil }
        var value = 0
        for digit in rest.prefix(width) {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = value * 10 + Int(digit - 0x30)
        }
        rest = rest.dropFirst(width)
        return value
    }

    /// Reads one or more digits after the point, as microseconds; digits past the sixth are cut off.
    mutating func microseconds() -> Int? {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        var value = 0
        var place = 100_000
        for digit in digits.prefix(6) {
            value += Int(digit - 0x30) * place
            place /= 10
        }
        return value
    }

    /// Reads one of these characters.
    mutating func skip(_ any: Character...) -> Bool {
        guard let first = rest.first, any.contains(Character(UnicodeScalar(first))) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Reads `+` as 1 and `-` as -1.
    mutating func sign() -> Int? {
        if skip("+") { return 1 }
        return skip("-") ? -1 : nil
    }

    /// Reads `YYYY-MM-DD` of a day that exists.
    mutating func date() -> LocalDate? {
        guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2) else {
            return nil
        }
        return LocalDate(year: year, month: month, day: day)
    }
}
