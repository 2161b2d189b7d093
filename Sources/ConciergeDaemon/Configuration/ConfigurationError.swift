package import Wording

/// Why a configuration is refused, with the file, line and key.
///
/// Printed, it is one line: `/etc/concierge/concierged.yaml:12: providers.parcel.holdng: unknown key; did you mean
/// "holding"?`
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The path of the file, as the caller passed it.
    package let file: String

    /// The line in the file, counted from 1; nil if it is not known.
    package let line: Int?

    /// The path to the key, such as `providers.parcel.holding` or `residences[0].name`; empty if the error concerns the
    /// whole file.
    package let key: String

    /// What is wrong, in both languages; a setting's author may have said it in English alone.
    package let words: Text

    /// A suggested correction, if there is one: `did you mean "holding"?`
    package let suggestion: Text?

    package init(
        file: String, line: Int? = nil, key: String = "", words: Text, suggestion: Text? = nil
    ) {
        self.file = file
        self.line = line
        self.key = key
        self.words = words
        self.suggestion = suggestion
    }

    /// An error that is said in English alone.
    package init(
        file: String, line: Int? = nil, key: String = "", reason: String, suggestion: Text? = nil
    ) {
        self.init(file: file, line: line, key: key, words: Text(verbatim: reason), suggestion: suggestion)
    }

    /// What is wrong, in English.
    package var reason: String { words.en }

    /// The error in one line, in English, as the journal has it.
    package var description: String { line(words.en, suggestion?.en) }

    /// The error in one line, for whoever reads it.
    package var text: Text {
        Text(
            fr: "\(verbatim: line(words.fr, suggestion?.fr, mark: "\u{202F}; "))",
            en: "\(verbatim: description)")
    }

    private func line(_ reason: String, _ suggestion: String?, mark: String = "; ") -> String {
        let place = line.map { "\(file):\($0): " } ?? "\(file): "
        return place + (key.isEmpty ? "" : "\(key): ") + reason + (suggestion.map { mark + $0 } ?? "")
    }
}
