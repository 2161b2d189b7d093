import Foundation

/// The public symbols of a module, as the compiler writes them for documentation.
struct SymbolGraph: Decodable {
    struct Symbol: Decodable {
        struct Identifier: Decodable { let precise: String }
        struct Kind: Decodable { let identifier: String }
        struct Comment: Decodable {
            struct Line: Decodable { let text: String }
            let lines: [Line]
        }
        struct Location: Decodable {
            struct Position: Decodable { let line: Int }
            let uri: String
            let position: Position
        }

        let identifier: Identifier
        let kind: Kind
        let pathComponents: [String]
        let docComment: Comment?
        let location: Location?

        /// `Lodge.open(_:resident:_:)`.
        var name: String { pathComponents.joined(separator: ".") }
        var parent: String { pathComponents.dropLast().joined(separator: ".") }

        var comment: String {
            (docComment?.lines ?? []).map(\.text).joined(separator: " ").trimmingCharacters(in: .whitespaces)
        }

        /// `Lodge.swift:12`.
        var place: String {
            guard let location else { return name }
            return "\(location.uri.split(separator: "/").last ?? ""):\(location.position.line + 1)"
        }
    }

    private struct Relationship: Decodable {
        struct Origin: Decodable {}
        let source: String
        let kind: String
        let sourceOrigin: Origin?
    }

    private let symbols: [Symbol]
    private let relationships: [Relationship]

    init(_ json: Data) throws {
        self = try JSONDecoder().decode(SymbolGraph.self, from: json)
    }

    /// The types, protocols and functions that do not belong to another symbol.
    var outermost: [Symbol] {
        symbols.filter { $0.pathComponents.count == 1 && $0.kind.identifier != "swift.extension" }
    }

    /// The symbols that need a sentence of their own: all but those that fulfil a requirement of a protocol, for which
    /// the sentence of the requirement holds, the methods that the compiler calls of a result builder, and what the
    /// compiler makes.
    var described: [Symbol] {
        let fulfilling = Set(
            relationships.filter { $0.sourceOrigin != nil || $0.kind == "defaultImplementationOf" }.map(\.source))
        return symbols.filter { symbol in
            !fulfilling.contains(symbol.identifier.precise) && symbol.location != nil
                && symbol.kind.identifier != "swift.extension"
                && !symbol.pathComponents.contains { $0.hasPrefix("build") && symbol.parent.hasSuffix("Builder") }
        }
    }
}
