extension Instant: CustomStringConvertible, Codable {
    /// RFC 3339 in UTC: `2026-11-23T18:14:06Z`, with milliseconds where they are not zero.
    public var description: String {
        let (days, rest) = milliseconds.quotientAndRemainder(flooringBy: 86_400_000)
        let date = LocalDate(daysSinceEpoch: Int(days))
        let (seconds, fraction) = (Int(rest) / 1000, Int(rest) % 1000)
        var text = "\(date)T"
        text.append(padded: seconds / 3600, to: 2)
        text += ":"
        text.append(padded: seconds / 60 % 60, to: 2)
        text += ":"
        text.append(padded: seconds % 60, to: 2)
        if fraction != 0 {
            text += "."
            text.append(padded: fraction, to: 3)
        }
        return text + "Z"
    }

    /// Reads RFC 3339 with any offset; nil for anything else, and beyond the years 1 to 9999. Digits past the millisecond are cut off, a leap
    /// second counts as the second after it.
    public init?(_ text: some StringProtocol) {
        var reader = DigitReader(text)
        guard let date = reader.date(), reader.skip("T", "t", " "),
            let hour = reader.number(2), hour < 24, reader.skip(":"),
            let minute = reader.number(2), minute < 60, reader.skip(":"),
            let second = reader.number(2), second <= 60
        else { return nil }
        var fraction = 0
        if reader.skip(".") {
            guard let digits = reader.fraction() else { return nil }
            fraction = digits
        }
        var offset = 0
        if !reader.skip("Z", "z") {
            guard let sign = reader.sign(), let hours = reader.number(2), hours < 24, reader.skip(":"),
                let minutes = reader.number(2), minutes < 60
            else { return nil }
            offset = sign * (hours * 60 + minutes)
        }
        guard reader.isAtEnd else { return nil }
        let minutes = date.daysSinceEpoch * 1440 + hour * 60 + minute - offset
        let milliseconds = (Int64(minutes) * 60 + Int64(second)) * 1000 + Int64(fraction)
        self.init(milliseconds: milliseconds)
        // An offset or a leap second may lead out of the last year, or of the first.
        guard self.milliseconds == milliseconds else { return nil }
    }

    /// Writes the RFC 3339 text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// Reads the RFC 3339 text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let instant = Instant(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is not a time like 2026-11-23T18:14:06Z")
        }
        self = instant
    }
}

extension BinaryInteger {
    /// Quotient and remainder with the remainder never negative, for a positive divisor.
    func quotientAndRemainder(flooringBy divisor: Self) -> (quotient: Self, remainder: Self) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension String {
    /// Appends a number of at least `width` digits.
    mutating func append(padded number: Int, to width: Int) {
        let digits = String(number)
        for _ in digits.utf8.count..<max(width, digits.utf8.count) { append("0") }
        append(digits)
    }
}
