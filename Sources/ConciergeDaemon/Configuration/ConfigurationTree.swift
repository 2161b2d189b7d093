package import ConciergeKit
package import JSON
import Wording

/// The configuration as it is written: the main file with its drop-ins merged over it, each value with its file and
/// line.
///
/// It is a value type: a reload makes a new tree, and the old one stays in force until the new one has been accepted.
package struct ConfigurationTree: Sendable {
    /// The path of the main file, whether it exists or not.
    package let mainFile: String

    /// The files that were read, in order; later ones win.
    package let files: [String]

    let root: ConfigurationNode

    init(root: ConfigurationNode, mainFile: String, files: [String]) {
        self.root = root
        self.mainFile = mainFile
        self.files = files
    }

    /// Reads the settings of a section. A missing or blank section has the defaults.
    ///
    /// - Parameter besides: Keys of the section that the caller reads separately.
    /// - Throws: ``ConfigurationError`` with the first error: a value of another kind, an undeclared key, a value
    ///   beyond its limits, or an error that the section itself reports.
    package func decode<Section: FieldValue>(
        _ type: Section.Type = Section.self, at path: [String] = [], besides: [String] = []
    ) throws(ConfigurationError) -> Section {
        let json = try json(of: Section.self, at: path, besides: besides)
        do {
            return try Section.read(Given(json, at: path.map { PathStep.key($0) }))
        } catch {
            throw self.error(for: error)
        }
    }

    /// The settings that a section gives, as JSON of their kinds. Settings that it leaves out are not among them.
    package func json<Section: FieldValue>(
        of type: Section.Type, at path: [String] = [], besides: [String] = []
    ) throws(ConfigurationError) -> JSON {
        var node = try node(at: path)
        if !besides.isEmpty, let entries = node.entries {
            node.content = .mapping(entries.filter { !besides.contains($0.key) })
        }
        guard !node.isNull else { return [:] }
        return try ConfigurationReader.json(of: node, as: Section.kind, at: path.map { PathStep.key($0) })
    }

    /// Throws an error for the first key of a section that is not in `known`.
    ///
    /// - Parameter unknown: What the error says of such a key.
    package func refuseUnknownKeys(
        at path: [String] = [], known: some Sequence<String>, unknown: Text = Self.unknownKey
    ) throws(ConfigurationError) {
        let known = Array(known)
        for entry in try entries(at: path) where !known.contains(entry.key) {
            throw ConfigurationError(
                file: entry.value.file, line: entry.value.line,
                key: (path + [entry.key]).joined(separator: "."),
                words: unknown, suggestion: NearestName.suggestion(for: entry.key, among: known))
        }
    }

    /// What an error says of a key that is not declared.
    package static let unknownKey = Text(fr: "cette clé n'existe pas", en: "unknown key")

    /// The error for a mismatch, with the file and line of its key.
    package func error(for mismatch: Mismatch) -> ConfigurationError {
        let node = value(at: mismatch.path)
        func found(_ french: Text, _ expected: String) -> Text {
            node?.found(insteadOf: french, expected) ?? Text(fr: "\(french)", en: "expected \(expected)")
        }
        switch mismatch.reason {
        case .missing(let kind):
            return error(
                at: mismatch.path,
                words: node == nil
                    ? Text(fr: "cette clé manque", en: "missing key") : found(kind.expected, kind.noun))
        case .unknown(let known):
            guard case .key(let name)? = mismatch.path.last else { break }
            return error(
                at: mismatch.path, words: Self.unknownKey,
                suggestion: NearestName.suggestion(for: name, among: known))
        case .kind(let kind):
            var suggestion: Text?
            if case .choice(let choices) = kind, case .scalar(let text, _)? = node?.content {
                suggestion = NearestName.suggestion(for: text, among: choices.map(\.value))
            }
            return error(at: mismatch.path, words: found(kind.expected, kind.noun), suggestion: suggestion)
        case .limits(let limits): return error(at: mismatch.path, words: found(limits.expected, limits.phrase))
        case .blank, .said, .words: break
        }
        return error(at: mismatch.path, words: mismatch.words)
    }

    /// The error for something at a path, with the file and line of its key. If the key does not exist, the file and
    /// line are those of the section that lacks it.
    package func error(at path: [PathStep], words: Text, suggestion: Text? = nil) -> ConfigurationError {
        var node = root
        var isFound = true
        for step in path {
            guard let next = node.value(at: step) else {
                isFound = !path.dropLast().isEmpty && node.line != nil
                break
            }
            node = next
        }
        return ConfigurationError(
            file: isFound ? node.file : mainFile, line: isFound ? node.line : nil,
            key: path.dotted, words: words, suggestion: suggestion)
    }

    /// The error for something at a path, in English alone.
    package func error(at path: [PathStep], reason: String, suggestion: Text? = nil) -> ConfigurationError {
        error(at: path, words: Text(verbatim: reason), suggestion: suggestion)
    }

    /// The error for something at a path of keys.
    package func error(at path: [String], words: Text, suggestion: Text? = nil) -> ConfigurationError {
        error(at: path.map { PathStep.key($0) }, words: words, suggestion: suggestion)
    }

    /// The error for something at a path of keys, in English alone.
    package func error(at path: [String], reason: String, suggestion: Text? = nil) -> ConfigurationError {
        error(at: path, words: Text(verbatim: reason), suggestion: suggestion)
    }

    /// Whether a key is written.
    func hasValue(at path: [String]) -> Bool { value(at: path.map { .key($0) }) != nil }

    private func value(at path: [PathStep]) -> ConfigurationNode? {
        var node: ConfigurationNode? = root
        for step in path { node = node?.value(at: step) }
        return node
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
            file: node.file, line: node.line, key: path.joined(separator: "."),
            words: node.foundInsteadOfMapping)
    }
}
