/// A unit of a date or time of day, and the range of its numbers.
enum Unit {
    case year, month, day, dayFromEnd, hour, minute, second

    /// The factor for written numbers: seconds are kept as microseconds.
    var scale: Int { self == .second ? 1_000_000 : 1 }

    /// The values that may be written. Days counted from the end of a month must exist in every month.
    var range: ClosedRange<Int> {
        switch self {
        case .year: 1970...2199
        case .month: 1...12
        case .day: 1...31
        case .dayFromEnd: 1...28
        case .hour: 0...23
        case .minute: 0...59
        case .second: 0...59_999_999
        }
    }

    /// The least number of digits in the normalised form.
    var digits: Int { self == .year ? 4 : 2 }

    var words: (fr: String, en: String) {
        switch self {
        case .year: ("l'année", "the year")
        case .month: ("le mois", "the month")
        case .day: ("le jour", "the day")
        case .dayFromEnd: ("le jour compté depuis la fin du mois", "the day counted from the end of the month")
        case .hour: ("l'heure", "the hour")
        case .minute: ("la minute", "the minute")
        case .second: ("la seconde", "the second")
        }
    }
}

/// One element of a list: a value, or values at equal distances.
struct Span: Sendable, Hashable {
    var start: Int
    /// The last value; nil, with a step, means the end of the unit.
    var stop: Int?
    /// The distance; 0 for a single value.
    var step = 0

    /// The first value at or after `value`, none of them past `end`.
    func first(from value: Int, through end: Int) -> Int? {
        let candidate: Int
        if start >= value {
            candidate = start
        } else if step > 0 {
            candidate = start + (value - start + step - 1) / step * step
        } else {
            return nil
        }
        return candidate <= min(stop ?? end, end) ? candidate : nil
    }

    /// The days of a month of this length, for numbers that count from its end.
    func countedBack(in length: Int) -> Span {
        if let stop {
            Span(start: length + 1 - stop, stop: length + 1 - start, step: step)
        } else {
            Span(start: length + 1 - start, stop: nil, step: step)
        }
    }
}

extension Span: Comparable {
    static func < (left: Span, right: Span) -> Bool {
        (left.start, left.stop ?? -1, left.step) < (right.start, right.stop ?? -1, right.step)
    }
}

/// The values that a unit takes: any, or those of a list, sorted and each once.
struct Values: Sendable, Hashable {
    /// Nil for any value.
    var spans: [Span]?

    static let any = Values(spans: nil)
    static let everySecond = Values(spans: [Span(start: 0, step: 1_000_000)])

    init(spans: [Span]?) { self.spans = spans }
    init(_ numbers: Int...) { spans = numbers.map { Span(start: $0) } }

    /// The first value at or after `value`, none past `end`.
    func first(from value: Int, through end: Int) -> Int? {
        guard let spans else { return value <= end ? value : nil }
        return spans.compactMap { $0.first(from: value, through: end) }.min()
    }

    /// The values of a range below 64, a bit each.
    func mask(_ range: ClosedRange<Int>) -> UInt64 {
        var mask: UInt64 = 0
        var value = range.lowerBound
        while let found = first(from: value, through: range.upperBound) {
            mask |= 1 << UInt64(found)
            value = found + 1
        }
        return mask
    }

    /// The normalised form.
    func text(_ unit: Unit) -> String {
        guard let spans else { return "*" }
        if unit == .second, self == .everySecond { return "*" }
        return spans.map { $0.text(unit) }.joined(separator: ",")
    }
}

extension Span {
    fileprivate func text(_ unit: Unit) -> String {
        var text = number(start, unit, digits: unit.digits)
        if let stop { text += ".." + number(stop, unit, digits: unit.digits) }
        if step > 0, stop == nil || step != unit.scale { text += "/" + number(step, unit, digits: 1) }
        return text
    }

    private func number(_ value: Int, _ unit: Unit, digits: Int) -> String {
        let (whole, fraction) = value.quotientAndRemainder(dividingBy: unit.scale)
        return whole.padded(digits) + (fraction > 0 ? "." + fraction.padded(6) : "")
    }
}
