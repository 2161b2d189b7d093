import Wording

/// The configuration as it is written: the main file with its drop-ins over it, each value with its file and line.
///
/// It is a value: a reload makes a new one, and the old one stays in force until the new one has been accepted.
package struct ConfigurationTree: Sendable {
    /// The path of the main file, whether it exists or not.
    package let mainFile: String

    /// The files that were read, in their order: later ones win.
    package let files: [String]

    private let root: ConfigurationNode

    init(root: ConfigurationNode, mainFile: String, files: [String]) {
        self.root = root
        self.mainFile = mainFile
        self.files = files
    }

    /// Decodes a section. One that is not there, or blank, is an empty mapping.
    ///
    /// A key that the type does not ask for is refused, at any depth. Texts may be written without quotes; whole
    /// numbers and booleans are those of YAML 1.2's core schema; a key of an optional value may be `null`.
    ///
    /// - Throws: ``ConfigurationError`` with the first thing that is wrong. An error that the type's `init(from:)`
    ///   throws gives the reason; that of a `DecodingError` is its debug description.
    package func decode<T: Decodable>(
        _ type: T.Type = T.self, at path: [String] = []
    ) throws(ConfigurationError) -> T {
        try ConfigurationDecoder.decode(type, from: try node(at: path), at: path)
    }

    /// Whether something is written at a path.
    package enum Presence: Sendable {
        case absent
        /// The key stands there with nothing after it, or with null.
        case blank
        case filled
    }

    /// Whether something is written at a path: decoding does not tell a blank section from one that is not there.
    package func presence(at path: [String]) -> Presence {
        var node = root
        for key in path {
            guard let next = node.value(for: key) else { return .absent }
            node = next
        }
        return node.isNull ? .blank : .filled
    }

    /// The keys of a section, in the order of the files; none if it is not there.
    package func keys(at path: [String] = []) throws(ConfigurationError) -> [String] {
        try entries(at: path).map(\.key)
    }

    /// Refuses the first key of a section that is not among those known.
    ///
    /// - Parameter noun: What the keys of that section are, for the error: `provider` makes it `unknown provider`.
    package func refuseUnknownKeys(
        at path: [String] = [], known: some Sequence<String>, noun: String = "key"
    ) throws(ConfigurationError) {
        let known = Array(known)
        for entry in try entries(at: path) where !known.contains(entry.key) {
            throw ConfigurationError(
                .value, file: entry.value.file, line: entry.value.line,
                key: (path + [entry.key]).joined(separator: "."), reason: "unknown \(noun)",
                suggestion: NearestName.suggestion(for: entry.key, among: known)?.en)
        }
    }

    /// The error for a value that was decoded and turned out to be wrong later, with the file and line of its key; if
    /// the key is not there, with those of the section that it is missing from.
    package func error(at path: [String], reason: String, suggestion: String? = nil) -> ConfigurationError {
        var node = root
        var isFound = true
        for key in path {
            guard let next = node.value(for: key) else {
                isFound = !path.dropLast().isEmpty && node.line != nil
                break
            }
            node = next
        }
        return ConfigurationError(
            .value, file: isFound ? node.file : mainFile, line: isFound ? node.line : nil,
            key: path.joined(separator: "."), reason: reason, suggestion: suggestion)
    }

    private func entries(at path: [String]) throws(ConfigurationError) -> [ConfigurationNode.Entry] {
        let node = try node(at: path)
        guard let entries = node.entries else { throw notAMapping(node, at: path) }
        return entries
    }

    private func node(at path: [String]) throws(ConfigurationError) -> ConfigurationNode {
        var node = root
        for (depth, key) in path.enumerated() {
            guard node.entries != nil else { throw notAMapping(node, at: Array(path.prefix(depth))) }
            guard let next = node.value(for: key) else { return .absent(from: mainFile) }
            node = next
        }
        return node
    }

    private func notAMapping(_ node: ConfigurationNode, at path: [String]) -> ConfigurationError {
        ConfigurationError(
            .value, file: node.file, line: node.line, key: path.joined(separator: "."),
            reason: "expected a mapping, found \(node.summary)")
    }
}
