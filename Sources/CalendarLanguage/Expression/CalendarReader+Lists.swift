/// A list as it was written, before it is known which unit it is for.
struct WrittenList {
    struct Element {
        var span: Span
        let position: Int
    }

    /// Nil for `*`.
    let spans: [Element]?

    /// The list as values of a unit: checked, sorted, each once.
    func values(_ unit: Unit) throws(CalendarMistake) -> Values {
        guard let elements = spans else { return .any }
        var spans: [Span] = []
        for element in elements { spans.append(try element.span(unit)) }
        spans.sort()
        return Values(
            spans: spans.enumerated().filter { $0.offset == 0 || spans[$0.offset - 1] != $0.element }.map(\.element))
    }
}

extension WrittenList.Element {
    /// The range without what its step never reaches; a range of one value is that value.
    fileprivate func span(_ unit: Unit) throws(CalendarMistake) -> Span {
        var span = span
        if unit == .year {
            span.start = Self.year(span.start)
            span.stop = span.stop.map(Self.year)
        }
        let range = unit.range
        guard range.contains(span.start), range.contains(span.stop ?? span.start) else {
            throw outOfRange(unit)
        }
        if let stop = span.stop {
            guard stop >= span.start else {
                throw CalendarMistake(
                    at: position, fr: "la plage finit avant son début", en: "the range ends before its start")
            }
            span.stop = stop - (stop - span.start) % span.step
            return span.stop == span.start ? Span(start: span.start) : span
        }
        // There must be room for one step, else it would be a mistake that nobody sees.
        let room = unit == .dayFromEnd ? span.start - range.lowerBound : range.upperBound - span.start
        guard span.step <= room else {
            throw CalendarMistake(
                at: position, fr: "le pas est trop grand : il ne mène à aucune autre valeur",
                en: "the step is too large: it leads to no other value")
        }
        return span
    }

    private func outOfRange(_ unit: Unit) -> CalendarMistake {
        let (low, high) = (unit.range.lowerBound, unit.range.upperBound / unit.scale)
        return CalendarMistake(
            at: position, fr: "\(unit.words.fr) va de \(low) à \(high)", en: "\(unit.words.en) is \(low) to \(high)")
    }

    /// Two digits are a year of 1970 to 2069.
    private static func year(_ number: Int) -> Int {
        switch number {
        case 0..<70: number + 2000
        case 70..<100: number + 1900
        default: number
        }
    }
}

extension CalendarReader {
    /// Reads `*`, or a list of numbers, ranges and steps.
    mutating func readList(scale: Int = 1) throws(CalendarMistake) -> WrittenList {
        if take("*") { return WrittenList(spans: nil) }
        var elements: [WrittenList.Element] = []
        repeat {
            guard elements.count < Self.longestList else {
                throw CalendarMistake(
                    at: position, fr: "une liste a au plus \(Self.longestList) valeurs",
                    en: "a list has \(Self.longestList) values at most")
            }
            elements.append(try readElement(scale))
        } while take(",")
        return WrittenList(spans: elements)
    }

    private mutating func readElement(_ scale: Int) throws(CalendarMistake) -> WrittenList.Element {
        let start = position
        var span = Span(start: try readNumber(scale: scale))
        if takeRange() {
            let stop = try readNumber(scale: scale)
            (span.stop, span.step) = (stop, scale)
            // Whoever writes less means something else: nothing but its first value would ever be met.
            if scale > 1, peek != "/", (span.start..<span.start + scale).contains(stop) {
                throw CalendarMistake(
                    at: start, fr: "une plage de secondes sans pas dure au moins une seconde",
                    en: "a range of seconds without a step is a second long at least")
            }
        }
        if take("/") {
            let place = position
            span.step = try readNumber(scale: scale)
            guard span.step > 0 else {
                throw CalendarMistake(at: place, fr: "le pas est nul", en: "the step is zero")
            }
        }
        switch peek {
        case nil, " ", ",", "-", "~", ":": return WrittenList.Element(span: span, position: start)
        default:
            throw unexpected(
                fr: "un nombre, « .. », « / » ou un séparateur", en: "a number, \"..\", \"/\" or a separator")
        }
    }

    /// Reads digits, and with a scale of a million a fraction, rounded to the sixth place.
    mutating func readNumber(scale: Int) throws(CalendarMistake) -> Int {
        let start = position
        let digits = takeDigits()
        guard !digits.isEmpty else { throw unexpected(fr: "un nombre", en: "a number") }
        guard let whole = Int(digits), whole <= Int(Int32.max) * 8 else {
            throw CalendarMistake(at: start, fr: "le nombre est trop grand", en: "the number is too large")
        }
        var value = whole * scale
        if scale > 1, peek == ".", !(position + 1 < text.count && text[position + 1] == ".") {
            position += 1
            let fraction = takeDigits()
            guard !fraction.isEmpty else { throw unexpected(fr: "des décimales", en: "decimals") }
            let kept = fraction.prefix(6)
            value += (Int(kept) ?? 0) * [100_000, 10_000, 1_000, 100, 10, 1][kept.count - 1]
            if let next = fraction.dropFirst(6).first, next >= "5" { value += 1 }
        }
        return value
    }

    private mutating func takeDigits() -> String {
        let digits = String(text[position...].prefix { $0.isASCII && $0.isNumber })
        position += digits.count
        return digits
    }
}
