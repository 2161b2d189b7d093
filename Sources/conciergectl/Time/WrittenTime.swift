/// A date, with or without time of day, fraction and zone, as a person or the daemon wrote it.
///
/// Read are RFC 3339 (`2026-11-24T08:00:00Z`), the same without seconds or zone, and a space in place of the `T`.
struct WrittenTime: Sendable, Hashable {
    /// The date, at midnight where no time of day was written.
    var civil: CivilTime
    var hasTimeOfDay = false
    /// Digits after the decimal point of the seconds, as they were written.
    var fraction = ""
    /// Seconds ahead of UTC; nil where no zone was written.
    var offset: Int64?

    /// Nil for what is not such a date or time.
    init?(_ text: some StringProtocol) {
        var rest = Substring(text)
        guard let year = rest.takeNumber(4), rest.take("-"), let month = rest.takeNumber(2), rest.take("-"),
            let day = rest.takeNumber(2), let date = CivilTime(year: year, month: month, day: day)
        else { return nil }
        civil = date
        if rest.isEmpty { return }

        guard rest.take("T") || rest.take("t") || rest.take(" "),
            let hour = rest.takeNumber(2), rest.take(":"), let minute = rest.takeNumber(2)
        else { return nil }
        var second: Int64 = 0
        if rest.take(":") {
            guard let written = rest.takeNumber(2) else { return nil }
            second = written
            if rest.take(".") {
                fraction = String(rest.prefix { $0.isASCII && $0.isNumber })
                rest = rest.dropFirst(fraction.count)
                if fraction.isEmpty { return nil }
            }
        }
        guard
            let moment = CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        civil = moment
        hasTimeOfDay = true
        if rest.isEmpty { return }

        if rest.take("Z") || rest.take("z") {
            offset = 0
        } else {
            let sign: Int64
            if rest.take("+") { sign = 1 } else if rest.take("-") { sign = -1 } else { return nil }
            guard let hours = rest.takeNumber(2), rest.take(":"), let minutes = rest.takeNumber(2), hours < 24,
                minutes < 60
            else { return nil }
            offset = sign * (hours * 3_600 + minutes * 60)
        }
        guard rest.isEmpty else { return nil }
    }

    /// Seconds since 1970; without a written zone it is the local time of `zone`, nil where that is skipped.
    func moment(in zone: Zone) -> Int64? {
        if let offset { civil.seconds - offset } else { zone.moment(ofLocal: civil.seconds) }
    }

    /// RFC 3339 in UTC; nil as for ``moment(in:)``.
    func utcText(from zone: Zone) -> String? {
        guard let moment = moment(in: zone) else { return nil }
        let utc = CivilTime(seconds: moment)
        let fraction = fraction.isEmpty ? "" : "." + fraction
        return "\(utc.dateText)T\(utc.shortTimeText):\(utc.second.padded(2))\(fraction)Z"
    }
}

extension Substring {
    fileprivate mutating func take(_ character: Character) -> Bool {
        guard first == character else { return false }
        removeFirst()
        return true
    }

    fileprivate mutating func takeNumber(_ digits: Int) -> Int64? {
        let head = prefix(digits)
        guard head.count == digits, head.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        removeFirst(digits)
        return Int64(head)
    }
}
