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
    let sequence: Int
    /// When the event was last changed.
    let changed: Instant
    let time: Range<Instant>
    let summary: String
    let location: String?
    let status: Status
}

/// A calendar as text of RFC 5545.
///
/// There is no maintained iCalendar library for Swift on Linux, so the text is written here: content lines that end
/// with CRLF and are folded at 75 octets, and texts with escaped characters. Times are in UTC and need no time zone rules.
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

    private static func lines(of event: CalendarEvent) -> [String] {
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
