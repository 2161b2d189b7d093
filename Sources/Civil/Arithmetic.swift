extension BinaryInteger {
    /// Quotient and remainder with the remainder never negative, for a positive divisor.
    package func quotientAndRemainder(flooringBy divisor: Self) -> (quotient: Self, remainder: Self) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension String {
    /// Appends a number of at least `width` digits.
    package mutating func append(padded number: some BinaryInteger, to width: Int) {
        let digits = String(number)
        for _ in digits.utf8.count..<max(width, digits.utf8.count) { append("0") }
        append(digits)
    }

    /// Appends a time of day, given in seconds after midnight: `18:14:06`.
    package mutating func append(timeOfDay seconds: Int) {
        append(padded: seconds / 3600, to: 2)
        append(":")
        append(padded: seconds / 60 % 60, to: 2)
        append(":")
        append(padded: seconds % 60, to: 2)
    }
}

extension BinaryInteger {
    /// The number with at least `width` digits.
    package func padded(_ width: Int) -> String {
        var text = ""
        text.append(padded: self, to: width)
        return text
    }
}
