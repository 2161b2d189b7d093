import Civil
import Wording

/// Files that a spreadsheet of the reader's language opens: RFC 4180 with a byte order mark, and in French with semicolons,
/// decimal commas and days first.
enum CSV {
    /// The text of a file with these rows.
    static func text(_ rows: [[String]], _ language: Language) -> String {
        let separator = language == .fr ? ";" : ","
        return "\u{FEFF}" + rows.map { $0.map { quoted($0, separator) }.joined(separator: separator) + "\r\n" }.joined()
    }

    /// A cell that a spreadsheet takes for text: what begins as a formula gets an apostrophe before it.
    private static func quoted(_ text: String, _ separator: String) -> String {
        var text = text
        if let first = text.first, "=+-@\t\r".contains(first) { text = "'" + text }
        guard text.contains(where: { "\"\n\r".contains($0) }) || text.contains(separator) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    /// A moment that a spreadsheet takes for one: `21/12/2026 09:40`, and `2026-12-21 09:40` in English.
    static func said(_ instant: Instant, in zone: Zone, _ language: Language) -> String {
        let (date, time) = zone.local(instant)
        return "\(said(date, language)) \(time)"
    }

    /// A day that a spreadsheet takes for one.
    static func said(_ date: LocalDate, _ language: Language) -> String {
        guard language == .fr else { return date.description }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(date.day))/\(two(date.month))/\(date.year)"
    }

    /// A number as it is written in the language.
    static func said(_ number: Double, _ language: Language) -> String {
        language == .fr ? "\(number)".replacing(".", with: ",") : "\(number)"
    }
}
