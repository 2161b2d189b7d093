/// The form of a version: Semantic Versioning 2.0.0 (semver.org), such as `1.2.0`, `1.2.0-beta.1` or `1.2.0+deb12`.
package enum SemanticVersion {
    /// Whether a text is a version.
    package static func isValid(_ text: String) -> Bool {
        let build = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
        let release = build[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts(release[0])
        guard numbers.count == 3, numbers.allSatisfy(isNumber) else { return false }
        let label = release.dropFirst().flatMap(parts)
        let metadata = build.dropFirst().flatMap(parts)
        return label.allSatisfy { isWord($0) && (!$0.allSatisfy(isDigit) || isNumber($0)) }
            && metadata.allSatisfy(isWord)
    }

    private static func parts(_ text: Substring) -> [Substring] {
        text.split(separator: ".", omittingEmptySubsequences: false)
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

    /// Digits without a leading zero.
    private static func isNumber(_ text: Substring) -> Bool {
        !text.isEmpty && text.allSatisfy(isDigit) && (text == "0" || text.first != "0")
    }

    private static func isWord(_ text: Substring) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }
}
