import ConciergeKit

/// What the texts of cells mean, in any column.
enum CellText {
    /// Several publics in a cell are separated by commas or bars.
    static func list(_ text: String) -> [String] {
        text.split { $0 == "," || $0 == "|" }.map { $0.trimmingSpaces }.filter { !$0.isEmpty }
    }

    /// Whether it is a number as Excel writes one that is too long for its cell: `4,68769E+17`.
    static func isShortened(_ text: String) -> Bool {
        var rest = text.utf8[...]
        func digits(_ rest: inout Substring.UTF8View) -> Int {
            let count = rest.prefix { (0x30...0x39).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        guard digits(&rest) > 0 else { return false }
        if rest.first == UInt8(ascii: ",") || rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard digits(&rest) > 0 else { return false }
        }
        guard let exponent = rest.popFirst(), exponent | 0x20 == UInt8(ascii: "e") else { return false }
        guard let sign = rest.popFirst(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return false }
        return digits(&rest) > 0 && rest.isEmpty
    }

    /// A day as people type it (``LocalDate/init(typed:)``); at midnight if an hour follows.
    static func day(_ text: String) -> LocalDate? {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == " " || $0 == "T" }
        guard parts.count == 1 || parts.count == 2 && isMidnight(parts[1]) else { return nil }
        return LocalDate(typed: parts[0])
    }

    /// Whether a cell says yes; nil if it says neither yes nor no.
    static func yesOrNo(_ text: String) -> Bool? {
        switch Folding.text(text) {
        case "oui", "o", "yes", "y", "vrai", "true", "x", "1": true
        case "non", "n", "no", "faux", "false", "0", "-": false
        default: nil
        }
    }

    private static func isMidnight(_ text: Substring) -> Bool {
        ["00:00", "0:00", "00:00:00", "0:00:00", "00:00:00.000"].contains(text)
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        var text = self
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
