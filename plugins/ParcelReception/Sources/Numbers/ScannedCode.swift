import ConciergeKit

/// A number as it stands on the label: without what a scanner or a person has put around it.
struct ScannedCode {
    /// The characters as ``Folding/code(_:)`` folds them, without the application identifier of a container code and
    /// without the identifiers that follow it.
    let text: String
    /// Whether the scanner or the label says that it is a GS1 container code.
    let isContainer: Bool

    /// The symbology identifiers of GS1 codes (ISO/IEC 15424): GS1-128, DataBar, DataMatrix, QR, DotCode.
    private static let gs1 = ["]C1", "]E0", "]E1", "]E2", "]D2", "]Q3", "]J1"]
    private static let containerLength = 18

    init(_ typed: String) {
        let text = Folding.code(typed)
        // A letter before the identifier keeps it, so that it can be read.
        let marked = Folding.code("X" + typed).dropFirst()
        let isGS1 = Self.gs1.contains { marked.hasPrefix($0) } || Self.beginsWithSeparator(typed)
        if text.hasPrefix("(00)") {
            self.init(container: text.dropFirst(4))
        } else if text.hasPrefix("00"), isGS1 || (text.utf8.count == 20 && text.utf8.allSatisfy(\.isDigit)) {
            self.init(container: text.dropFirst(2))
        } else {
            self.init(text: text, isContainer: false)
        }
    }

    private init(text: String, isContainer: Bool) {
        (self.text, self.isContainer) = (text, isContainer)
    }

    private init(container rest: Substring) {
        let digits = rest.prefix(Self.containerLength)
        let isComplete = digits.utf8.count == Self.containerLength && digits.utf8.allSatisfy(\.isDigit)
        self.init(text: String(isComplete ? digits : rest), isContainer: isComplete)
    }

    /// FNC1, which scanners send as the control character GS.
    private static func beginsWithSeparator(_ typed: String) -> Bool {
        typed.unicodeScalars.first { $0.value > 0x20 || $0.value == 0x1D }?.value == 0x1D
    }
}
