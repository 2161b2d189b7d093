import ConciergeKit

/// An event of a calendar, as iCalendar (RFC 5545) writes it.
struct CalendarEvent: Hashable {
    /// Whether it is certain that the event takes place.
    enum Status: String {
        case tentative = "TENTATIVE"
        case confirmed = "CONFIRMED"
        case cancelled = "CANCELLED"
    }

    /// The same as long as the event exists, whatever is changed.
    let uid: String
    /// Greater with each change that matters to who takes part.
    var sequence: Int
    /// When the event was last changed.
    var changed: Instant
    let time: Range<Instant>
    let summary: String
    let location: String?
    let status: Status
}

/// A calendar as text of RFC 5545.
///
/// There is no maintained iCalendar library for Swift on Linux, so the text is written here: content lines that end
/// with CRLF and are folded at 75 octets, and texts with escaped characters. Times are in UTC, without time zone rules.
struct CalendarFile {
    let name: String
    let events: [CalendarEvent]

    /// The octets of a content line without its end, at most (RFC 5545, 3.1).
    private static let lineLimit = 75

    var text: String {
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//concierged//health appointments//EN", "CALSCALE:GREGORIAN",
            "X-WR-CALNAME:\(Self.escaped(name))",
        ]
        for event in events { lines += Self.lines(of: event) }
        lines.append("END:VCALENDAR")
        return lines.map { Self.folded($0) + "\r\n" }.joined()
    }

    static func lines(of event: CalendarEvent) -> [String] {
        var lines = [
            "BEGIN:VEVENT", "UID:\(escaped(event.uid))", "DTSTAMP:\(utc(event.changed))",
            "LAST-MODIFIED:\(utc(event.changed))", "SEQUENCE:\(event.sequence)",
            "DTSTART:\(utc(event.time.lowerBound))",
            "DTEND:\(utc(event.time.upperBound))", "SUMMARY:\(escaped(event.summary))",
        ]
        if let location = event.location { lines.append("LOCATION:\(escaped(location))") }
        // Who looks for a free time is not to see what is behind it.
        lines += ["STATUS:\(event.status.rawValue)", "CLASS:PRIVATE", "END:VEVENT"]
        return lines
    }

    /// `20261124T082000Z`.
    private static func utc(_ instant: Instant) -> String {
        let (date, _) = Zone.utc.local(instant)
        let seconds = Int(((instant.milliseconds / 1000) % 86_400 + 86_400) % 86_400)
        let parts = [date.month, date.day, seconds / 3600, seconds / 60 % 60, seconds % 60].map { part in
            part < 10 ? "0\(part)" : "\(part)"
        }
        let year = String(repeating: "0", count: max(0, 4 - "\(date.year)".count)) + "\(date.year)"
        return "\(year)\(parts[0])\(parts[1])T\(parts[2])\(parts[3])\(parts[4])Z"
    }

    /// The instant of `20261124T082000Z`; nil for another text.
    static func instant(_ utc: String) -> Instant? {
        let digits = Array(utc.filter(\.isNumber))
        guard digits.count == 14 else { return nil }
        func part(_ range: Range<Int>) -> String { String(digits[range]) }
        return Instant(
            "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):\(part(12..<14))Z")
    }

    /// A TEXT value (RFC 5545, 3.3.11). Control characters other than line ends are left out.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case ";": escaped += "\\;"
            case ",": escaped += "\\,"
            case "\n": escaped += "\\n"
            case _ where scalar.properties.generalCategory == .control: break
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Breaks a line so that no part is longer than 75 octets; a character is never divided.
    static func folded(_ line: String) -> String {
        var folded = ""
        var length = 0
        for scalar in line.unicodeScalars {
            let octets = UTF8.width(scalar)
            if length + octets > lineLimit, length > 1 {
                folded += "\r\n "
                // The space counts.
                length = 1
            }
            folded.unicodeScalars.append(scalar)
            length += octets
        }
        return folded
    }
}

/// What a calendar file said before, to see what has changed since.
///
/// It reads what ``CalendarFile`` writes, and no other calendars.
struct PublishedCalendar {
    /// The values of an event's properties, as they are written, by UID.
    private let events: [String: [String: String]]

    /// - Parameter text: The file; nil if there is none.
    init(_ text: String?) {
        var events: [String: [String: String]] = [:]
        var event: [String: String] = [:]
        let lines = (text ?? "").replacing("\r\n ", with: "").split(separator: "\r\n")
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { continue }
            if line == "BEGIN:VEVENT" { event = [:] }
            if line == "END:VEVENT", let uid = event["UID"] { events[uid] = event }
            event[parts[0]] = parts[1]
        }
        self.events = events
    }

    /// The event as it is to be published now. A change that matters to who takes part gives it a greater sequence,
    /// also where the request has gone back to what it was, because staff have undone a cancellation. An event without
    /// a change keeps its sequence and its time.
    func next(_ event: CalendarEvent, at now: Instant) -> CalendarEvent {
        var next = event
        let lines = CalendarFile.lines(of: event).map { $0.split(separator: ":", maxSplits: 1).map(String.init) }
        let values = Dictionary(lines.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { first, _ in first }
        guard let uid = values["UID"], let before = events[uid], let sequence = before["SEQUENCE"].flatMap({ Int($0) })
        else { return event }
        func differ(_ properties: String...) -> Bool { properties.contains { before[$0] != values[$0] } }
        let wasOrIsCancelled =
            before["STATUS"] != values["STATUS"] && [before["STATUS"], values["STATUS"]].contains("CANCELLED")
        let matters = differ("DTSTART", "DTEND") || wasOrIsCancelled
        next.sequence = max(event.sequence, matters ? sequence + 1 : sequence)
        if next.sequence > event.sequence {
            next.changed = matters ? now : before["DTSTAMP"].flatMap(CalendarFile.instant) ?? event.changed
        }
        return next
    }
}
