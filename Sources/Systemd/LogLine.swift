import Glibc
import Logging

/// A log event as one readable line: `2026-11-23T18:14:06Z notice  message  key=value key=value`.
struct LogLine: Sendable {
    /// The line with its newline.
    let text: String

    init(event: LogEvent, metadata: Logger.Metadata, at moment: Moment, coloured: Bool = false) {
        let level = event.level.rawValue
        let padding = String(repeating: " ", count: max(0, 7 - level.utf8.count) + 1)
        var text = moment.description + " "
        text += (coloured ? event.level.coloured : level) + padding
        text += Self.escaped(event.message.description)
        var separator = "  "
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where key != LogEvent.messageIDKey {
            text += separator + Self.escaped(key) + "=" + Self.quoted(value.description)
            separator = " "
        }
        self.text = text + "\n"
    }

    /// Writes the line with one call, so that lines of several threads do not mix. A line that cannot be written is
    /// lost, because there is no other place to report it.
    func write(to descriptor: CInt) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if written < 0 && errno == EINTR { continue }
                guard written > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
        }
    }

    /// The value, in quotes if its end would be ambiguous without them.
    private static func quoted(_ value: String) -> String {
        let needsQuotes = value.isEmpty || value.unicodeScalars.contains { $0 == " " || $0 == "\"" || $0 == "=" }
        guard needsQuotes else { return escaped(value) }
        return "\"" + escaped(value).replacing("\"", with: "\\\"") + "\""
    }

    /// The text with control characters escaped, because they could break the line or control the terminal.
    private static func escaped(_ text: String) -> String {
        func isControl(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
        }
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            if isControl(scalar) {
                escaped += scalar.escaped(asASCII: true)
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

/// A moment of the wall clock, to the second.
struct Moment: Sendable, CustomStringConvertible {
    let secondsSince1970: Int

    static var now: Moment {
        Moment(secondsSince1970: time(nil))
    }

    /// The moment in the format of RFC 3339, in UTC.
    var description: String {
        var seconds = time_t(secondsSince1970)
        var date = tm()
        gmtime_r(&seconds, &date)
        func digits(_ number: CInt) -> String { (number < 10 ? "0" : "") + String(number) }
        return "\(date.tm_year + 1900)-\(digits(date.tm_mon + 1))-\(digits(date.tm_mday))"
            + "T\(digits(date.tm_hour)):\(digits(date.tm_min)):\(digits(date.tm_sec))Z"
    }
}

extension Logger.Level {
    fileprivate var coloured: String {
        let colour =
            switch self {
            case .trace, .debug: "2"
            case .info: "0"
            case .notice: "1"
            case .warning: "33"
            case .error: "31"
            case .critical: "1;31"
            }
        return "\u{1B}[\(colour)m\(rawValue)\u{1B}[0m"
    }
}
