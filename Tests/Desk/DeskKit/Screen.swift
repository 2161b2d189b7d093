import Foundation

/// What a person sees of a command: its output and its errors, and how it ended.
public struct Screen: Sendable {
    /// As it was written.
    public let text: String
    /// The exit status.
    public let status: Int32

    /// The text with each run of spaces, line breaks and no-break spaces as one space: as one reads it, wherever it breaks.
    public var read: String { Screen.read(text) }

    static func read(_ text: String) -> String {
        var read = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            // Colours and what the terminal is told.
            case "\u{1B}": read.unicodeScalars.append(scalar)
            case "’", "ʼ": read.append("'")
            case _ where scalar.properties.isWhitespace || scalar == "\u{2060}":
                if !read.hasSuffix(" ") { read.append(" ") }
            default: read.unicodeScalars.append(scalar)
            }
        }
        return read.replacingOccurrences(of: "\u{1B}\\[[0-9;?]*[A-Za-z]", with: "", options: .regularExpression)
    }

    /// Whether the text is on the screen, wherever lines break.
    func shows(_ words: String) -> Bool { read.contains(Screen.read(words)) }

    /// The first group of an expression, or all that it matches.
    func find(_ expression: String) -> String? {
        guard let regex = try? NSRegularExpression(pattern: expression),
            let match = regex.firstMatch(in: read, range: NSRange(read.startIndex..., in: read)),
            let range = Range(match.range(at: match.numberOfRanges > 1 ? 1 : 0), in: read)
        else { return nil }
        return String(read[range])
    }
}
