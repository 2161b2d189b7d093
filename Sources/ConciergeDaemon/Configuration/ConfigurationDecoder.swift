import ConciergeKit
import Wording

/// Decodes a node of the configuration. It notes which keys are asked for; the others are refused in the end.
struct ConfigurationDecoder: Decoder {
    let node: ConfigurationNode
    let codingPath: [any CodingKey]
    let audit: KeyAudit

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// Decodes a whole section, and refuses the keys in it that nothing asked for.
    static func decode<T: Decodable>(
        _ type: T.Type, from node: ConfigurationNode, at path: [String]
    ) throws(ConfigurationError) -> T {
        let decoder = ConfigurationDecoder(node: node, codingPath: path.map { PathKey($0) }, audit: KeyAudit())
        let value: T
        do {
            value = try decoder.decode(type)
        } catch {
            throw decoder.refusal(of: error, as: type)
        }
        if let error = decoder.audit.firstUnknownKey(in: node, at: decoder.codingPath) { throw error }
        return value
    }

    /// Decodes this node.
    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        if let scalar = type as? any ConfigurationScalar.Type, let value = try decode(scalar: scalar) as? T {
            return value
        }
        do {
            let value = try type.init(from: self)
            // A structure without properties never looks at its mapping, but means one without keys.
            if !audit.isOpened(codingPath) { _ = try container(keyedBy: PathKey.self) }
            return value
        } catch {
            throw wrapped(refusal(of: error, as: type))
        }
    }

    /// A decoder for a value inside this one.
    func descend(to node: ConfigurationNode, _ key: any CodingKey) -> ConfigurationDecoder {
        ConfigurationDecoder(node: node, codingPath: codingPath + [key], audit: audit)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let entries = node.entries else { throw mismatch("a mapping") }
        audit.open(codingPath, byKeys: true)
        return KeyedDecodingContainer(ConfigurationKeyedContainer(decoder: self, entries: entries))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .sequence(let elements) = node.content else { throw mismatch("a list") }
        audit.open(codingPath, byKeys: false)
        return ConfigurationUnkeyedContainer(decoder: self, elements: elements)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        audit.open(codingPath, byKeys: false)
        return ConfigurationSingleValueContainer(decoder: self)
    }

    private func decode<T: ConfigurationScalar>(scalar type: T.Type) throws -> T {
        guard case .scalar(let text, let isPlain) = node.content, !node.isNull else { throw mismatch(T.expectation) }
        guard isPlain || T.allowsQuotes, let value = T(configuration: text) else {
            throw mismatch(T.expectation, suggestion: T.hint(for: text))
        }
        return value
    }
}

// MARK: - Errors

extension ConfigurationDecoder {
    /// An error about this node. It travels as a `DecodingError`, which is what a type that tries several forms
    /// expects.
    private func mismatch(_ expectation: String, suggestion: String? = nil) -> DecodingError {
        wrapped(refusal("expected \(expectation), found \(node.summary)", suggestion: suggestion))
    }

    func missing(_ key: any CodingKey) -> DecodingError {
        let path = codingPath + [key]
        // A key that is not asked for and looks like this one is the likelier mistake.
        let typed = NearestName.nearest(
            to: key.stringValue, among: audit.unknownKeys(in: node, at: codingPath).map(\.key))
        if let typed, let value = node.value(for: typed) {
            return wrapped(
                ConfigurationError(
                    .value, file: value.file, line: value.line, key: (codingPath + [PathKey(typed)]).dotted,
                    reason: "unknown key", suggestion: "did you mean \"\(key.stringValue)\"?"))
        }
        return wrapped(
            ConfigurationError(.value, file: node.file, line: node.line, key: path.dotted, reason: "missing key"))
    }

    func refusal(_ reason: String, suggestion: String? = nil) -> ConfigurationError {
        ConfigurationError(
            .value, file: node.file, line: node.line, key: codingPath.dotted, reason: reason, suggestion: suggestion)
    }

    func wrapped(_ error: ConfigurationError) -> DecodingError {
        .dataCorrupted(.init(codingPath: codingPath, debugDescription: "\(error)", underlyingError: error))
    }

    /// Turns any error that a type threw on this node into one with a place.
    func refusal<T>(of error: any Error, as type: T.Type) -> ConfigurationError {
        guard let error = error as? DecodingError else { return refusal(String(plainly: error)) }
        let context: DecodingError.Context
        switch error {
        case .typeMismatch(_, let its), .valueNotFound(_, let its), .keyNotFound(_, let its), .dataCorrupted(let its):
            context = its
        @unknown default: return refusal("\(error)")
        }
        if let known = context.underlyingError as? ConfigurationError { return known }
        if let choices = (type as? any CaseIterable.Type)?.rawNames, !choices.isEmpty,
            context.debugDescription.hasPrefix("Cannot initialize")
        {
            guard case .scalar(let text, _) = node.content else { return refusal(context.debugDescription) }
            return refusal(
                "expected one of \(choices.joined(separator: ", ")), found \(node.summary)",
                suggestion: NearestName.suggestion(for: text, among: choices)?.en)
        }
        // Inside this node the error may know a nearer place.
        var place = self
        for key in context.codingPath.dropFirst(codingPath.count) {
            switch place.node.content {
            case .sequence(let elements):
                guard let index = key.intValue, elements.indices.contains(index) else { break }
                place = place.descend(to: elements[index], PathKey(index: index))
            default:
                place = place.descend(to: place.node.value(for: key.stringValue) ?? place.node, key)
            }
        }
        return place.refusal(context.debugDescription)
    }
}

extension CaseIterable {
    /// The raw values of an enumeration that has them.
    fileprivate static var rawNames: [String] {
        allCases.compactMap { ($0 as? any RawRepresentable).map { "\($0.rawValue)" } }
    }
}
