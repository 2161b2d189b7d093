package import JSON
package import Wording

/// Why a call failed. A call that fails with one of these errors has changed nothing.
///
/// On the wire, an error's name begins with the name of the method's interface. The errors that every Varlink service
/// has (`org.varlink.service`) are not among these.
package enum ControlError: Error, Sendable, Hashable {
    /// A rule, or the ledger's content, does not allow the call.
    case refused(Reason)
    /// Nothing has this id.
    case notFound(String)
    /// A parameter, or a field of the input, has a value that is not accepted.
    case invalidInput(field: String, Reason)
    /// The ledger cannot serve the call now, or the provider does not serve now.
    case unavailable(Reason)
    /// A configuration is bad; the running one stays in force.
    case badConfiguration(Reason)

    /// The reason as text.
    package struct Reason: Sendable, Hashable {
        /// The text in both languages; nil if the error has it in one language only.
        package let text: Text?
        /// The text in the language that the daemon chose. Only an error that was read from the wire has it; on
        /// writing, the daemon chooses the language.
        package let words: String?

        package init(_ text: Text) {
            self.text = text
            words = nil
        }

        fileprivate init(_ parameters: JSONObject) {
            text = parameters["text"].flatMap { try? JSONCoding.decode(Text.self, from: $0) }
            words = parameters["reason"]?.stringValue
        }

        fileprivate func members(in language: Language) -> [(String, JSON)] {
            [("reason", .string(words ?? text?[language] ?? ""))]
                + (text.map { [("text", ["fr": .string($0.fr), "en": .string($0.en)])] } ?? [])
        }
    }

    /// The names on the wire, without the interface's.
    package enum Name: String, CaseIterable, Sendable {
        case refused = "Refused"
        case notFound = "NotFound"
        case invalidInput = "InvalidInput"
        case unavailable = "Unavailable"
        case badConfiguration = "BadConfiguration"
    }

    package var name: Name {
        switch self {
        case .refused: .refused
        case .notFound: .notFound
        case .invalidInput: .invalidInput
        case .unavailable: .unavailable
        case .badConfiguration: .badConfiguration
        }
    }

    /// The error's parameters. `language` is the language of `reason`, for clients that read a single language.
    package func parameters(in language: Language) -> JSONObject {
        switch self {
        case .refused(let reason), .unavailable(let reason): JSONObject(reason.members(in: language))
        case .notFound(let id): ["id": .string(id)]
        case .invalidInput(let field, let reason):
            JSONObject([("field", .string(field))] + reason.members(in: language))
        case .badConfiguration(let reason):
            // Programs and the journal have it in English.
            JSONObject(reason.members(in: .en))
        }
    }

    /// Reads an error. A missing `id`, `field` or reason of a bad configuration is read as `?`.
    package init(_ name: Name, _ parameters: JSONObject) {
        switch name {
        case .refused: self = .refused(Reason(parameters))
        case .notFound: self = .notFound(parameters["id"]?.stringValue ?? "?")
        case .invalidInput:
            self = .invalidInput(field: parameters["field"]?.stringValue ?? "?", Reason(parameters))
        case .unavailable: self = .unavailable(Reason(parameters))
        case .badConfiguration: self = .badConfiguration(Reason(parameters))
        }
    }
}

extension ControlInterface {
    /// The error's full name on the wire, for a method of this interface.
    package func name(of error: ControlError.Name) -> String { "\(name).\(error.rawValue)" }
}
