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

    /// A description of the error.
    package let reason: String

    /// A suggested correction, if there is one: `did you mean "holding"?`
    package let suggestion: String?

    package init(
        file: String, line: Int? = nil, key: String = "", reason: String, suggestion: String? = nil
    ) {
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
