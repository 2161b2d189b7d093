/// Why a configuration is refused, with the file, line and key.
///
/// Printed, it is one line: `/etc/concierge/concierged.yaml:12: providers.parcel.holdng: unknown key; did you mean
/// "holding"?`
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of error, for code that handles kinds differently.
    package enum Kind: Sendable, Hashable {
        /// The main file does not exist.
        case missingFile
        /// A file or folder exists but cannot be read.
        case unreadableFile
        /// A file is not YAML, or uses a part of YAML that a configuration may not use.
        case syntax
        /// A key or its value is invalid.
        case value
    }

    /// The kind of error.
    package let kind: Kind

    /// The path of the file, as the caller passed it.
    package let file: String

    /// The line in the file, counted from 1; nil if it is not known.
    package let line: Int?

    /// The path to the key, such as `providers.parcel.holding` or `residences[0].name`; empty if the error concerns the
    /// whole file.
    package let key: String

    /// A description of the error.
    package let reason: String

    /// A suggested correction, if there is one: `did you mean "holding"?`
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
