/// Why a configuration is refused, and where it says so.
///
/// In print it is one line: `/etc/concierge/concierged.yaml:12: providers.parcel.holdng: unknown key; did you mean
/// "holding"?`
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, for whoever has to decide what to do about it.
    package enum Kind: Sendable, Hashable {
        /// The main file does not exist.
        case missingFile
        /// A file or folder exists but cannot be read.
        case unreadableFile
        /// A file is not YAML, or not the YAML that a configuration may use.
        case syntax
        /// A key or its value is not what the configuration needs.
        case value
    }

    /// What went wrong.
    package let kind: Kind

    /// The path of the file, as it was given.
    package let file: String

    /// The line in the file, counted from 1, where it is known.
    package let line: Int?

    /// The path to the key, `providers.parcel.holding` or `residences[0].name`; empty if it is about the whole file.
    package let key: String

    /// What is wrong, in words.
    package let reason: String

    /// What would be right, in words, if it can be guessed: `did you mean "holding"?`
    package let suggestion: String?

    package init(
        _ kind: Kind, file: String, line: Int? = nil, key: String = "", reason: String, suggestion: String? = nil
    ) {
        self.kind = kind
        self.file = file
        self.line = line
        self.key = key
        self.reason = reason
        self.suggestion = suggestion
    }

    /// The error in one line.
    package var description: String {
        let place = line.map { "\(file):\($0): " } ?? "\(file): "
        return place + (key.isEmpty ? "" : "\(key): ") + reason + (suggestion.map { "; \($0)" } ?? "")
    }
}
