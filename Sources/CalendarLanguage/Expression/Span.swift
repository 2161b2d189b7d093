/// One element of a list: a value, or values that follow each other at the same distance.
struct Span: Sendable, Hashable {
    var start: Int
    /// The last value; nil goes on to the end of the unit where there is a step.
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

    /// The days of a month of that length, where the numbers count from its end.
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

extension Int {
    func padded(_ digits: Int) -> String {
        let text = String(self)
        return String(repeating: "0", count: Swift.max(0, digits - text.utf8.count)) + text
    }
}
