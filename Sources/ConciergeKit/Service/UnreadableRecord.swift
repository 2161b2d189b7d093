/// Why a stored record cannot be read. The text names members of the record, never their values.
package enum UnreadableRecord: Error, Sendable, Hashable, CustomStringConvertible {
    /// A later version of the provider wrote it.
    case newer(version: Int, known: Int)
    /// No upgrade starts from its version.
    case noUpgrade(version: Int)
    /// The record does not have the form that its version declares.
    case undecodable(version: Int?, reason: String)
    /// An upgrade refused the record; the reason is text by the provider's author.
    case notUpgraded(version: Int, reason: String)

    package var description: String {
        switch self {
        case .newer(let version, let known):
            "it was stored in version \(version), and this build knows versions up to \(known)"
        case .noUpgrade(let version): "there is no upgrade from its version, \(version)"
        case .undecodable(let version?, let reason): "its record (version \(version)) cannot be decoded: \(reason)"
        case .undecodable(nil, let reason): "its record cannot be decoded: \(reason)"
        case .notUpgraded(let version, let reason): "it cannot be upgraded from version \(version): \(reason)"
        }
    }
}

extension DecodingError {
    /// What is wrong and at which member, without its value, which may be a resident's data.
    package var withoutValues: String {
        switch self {
        case .keyNotFound(let key, let context): "\"\(Self.path(context.codingPath + [key]))\" is missing"
        case .valueNotFound(_, let context): "\"\(Self.path(context.codingPath))\" is null"
        case .typeMismatch(let type, let context): "\"\(Self.path(context.codingPath))\" is not a \(type)"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "it is not such a record" : "\"\(Self.path(context.codingPath))\" has a value that is not known"
        @unknown default: "it is not such a record"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.isEmpty ? "the record" : keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
}
