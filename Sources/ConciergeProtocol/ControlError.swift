package import JSON
package import Wording

/// Why a call was not done. After each of them nothing was changed.
///
/// On the wire it has the name of the method's interface before its own; what every Varlink service has
/// (`org.varlink.service`) is not among them.
package enum ControlError: Error, Sendable, Hashable {
    /// A rule, or what the ledger holds, does not allow it.
    case refused(Reason)
    /// Nothing has this id.
    case notFound(String)
    /// A parameter, or a field of the input, has a value that is not accepted.
    case invalidInput(field: String, Reason)
    /// The ledger cannot take it now, or its provider does not serve now.
    case unavailable(Reason)
    /// A configuration is bad; the running one stays in force.
    case badConfiguration(String)

    /// Why, in words.
    package struct Reason: Sendable, Hashable {
        /// In the languages of the lodge; nil where whoever refuses has one of them alone.
        package let text: Text?
        /// In the one language that whoever refuses chose; nil until it is written.
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

    /// What it carries; `language` is that of the words for who takes one language only.
    package func parameters(in language: Language) -> JSONObject {
        switch self {
        case .refused(let reason), .unavailable(let reason): JSONObject(reason.members(in: language))
        case .notFound(let id): ["id": .string(id)]
        case .invalidInput(let field, let reason):
            JSONObject([("field", .string(field))] + reason.members(in: language))
        case .badConfiguration(let reason): ["reason": .string(reason)]
        }
    }

    /// Reads an error; what is not there of its parameters is told as `?`.
    package init(_ name: Name, _ parameters: JSONObject) {
        switch name {
        case .refused: self = .refused(Reason(parameters))
        case .notFound: self = .notFound(parameters["id"]?.stringValue ?? "?")
        case .invalidInput:
            self = .invalidInput(field: parameters["field"]?.stringValue ?? "?", Reason(parameters))
        case .unavailable: self = .unavailable(Reason(parameters))
        case .badConfiguration: self = .badConfiguration(parameters["reason"]?.stringValue ?? "?")
        }
    }
}

extension ControlInterface {
    /// How an error is called on the wire where a method of this interface gives it.
    package func name(of error: ControlError.Name) -> String { "\(name).\(error.rawValue)" }
}
