import ConciergeKit
import Yams

/// Reads one YAML file into nodes. Parts of YAML that a configuration does not need and that can do harm are refused:
/// anchors and aliases (a small file of them expands into a huge one), tags, keys that are not text, and several
/// documents.
struct ConfigurationParser {
    private let file: String

    /// Replaces `*` where an alias could begin, so that the YAML library never resolves one.
    private let aliasMark: Unicode.Scalar

    /// The tag of a value that has neither a tag nor quotes.
    private static let plain = Tag.Name(rawValue: "plain")

    /// The mapping at the top of the text, or null if there is nothing but comments.
    static func parse(_ text: String, file: String) throws(ConfigurationError) -> ConfigurationNode {
        let unused = (0xE000...0xF8FF).lazy.compactMap(Unicode.Scalar.init).first { !text.unicodeScalars.contains($0) }
        guard let unused else { throw ConfigurationError(.syntax, file: file, reason: "is not a text") }
        return try ConfigurationParser(file: file, aliasMark: unused).parse(text)
    }

    private func parse(_ text: String) throws(ConfigurationError) -> ConfigurationNode {
        let parser: Parser
        let root: Node?
        do {
            let resolver = try Resolver.basic.appending(Self.plain, "^")
            parser = try Parser(yaml: withoutAliases(text), resolver: resolver, encoding: .utf8)
            root = try parser.singleRoot()
        } catch let error as YamlError {
            throw self.error(for: error)
        } catch {
            throw ConfigurationError(.syntax, file: file, reason: "\(error)")
        }
        // The anchors of the nodes are valid only while the parser lives.
        defer { withExtendedLifetime(parser) {} }
        guard let root else { return .absent(from: file) }
        let node = try node(root, at: [], line: nil)
        guard node.entries != nil else {
            throw ConfigurationError(
                .syntax, file: file, line: root.mark?.line, reason: "expected a mapping, found \(node.summary)")
        }
        return node
    }

    private func node(
        _ node: Node, at path: [PathStep], line: Int?
    ) throws(ConfigurationError) -> ConfigurationNode {
        let line = line ?? node.mark?.line
        if let anchor = node.anchor {
            throw refusal("anchors are not supported: &\(anchor.rawValue)", at: path, line: node.mark?.line)
        }
        let content: ConfigurationNode.Content
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain && node.tag.description == Self.plain.rawValue
            if scalar.style == .plain, scalar.string.unicodeScalars.first == aliasMark {
                throw refusal("aliases are not supported: \(original(scalar.string))", at: path, line: line)
            }
            content = .scalar(original(scalar.string), isPlain: isPlain)
        case .sequence(let sequence):
            var elements: [ConfigurationNode] = []
            for (index, element) in sequence.enumerated() {
                elements.append(try self.node(element, at: path + [.index(index)], line: nil))
            }
            content = .sequence(elements)
        case .mapping(let mapping):
            content = .mapping(try entries(mapping, at: path))
        case .alias:
            throw refusal("aliases are not supported", at: path, line: line)
        }
        let tag = node.tag.description
        if ![Self.plain, .str, .seq, .map].map(\.rawValue).contains(tag) {
            throw refusal("tags are not supported: \(tag)", at: path, line: node.mark?.line)
        }
        return ConfigurationNode(content: content, file: file, line: line)
    }

    private func entries(
        _ mapping: Node.Mapping, at path: [PathStep]
    ) throws(ConfigurationError) -> [ConfigurationNode.Entry] {
        var entries: [ConfigurationNode.Entry] = []
        for (key, value) in mapping {
            let line = key.mark?.line
            guard case .scalar(let name, _) = try node(key, at: path, line: nil).content, !name.isEmpty else {
                throw refusal("a key must be a text", at: path, line: line)
            }
            guard !entries.contains(where: { $0.key == name }) else {
                throw refusal("the key is given twice", at: path + [.key(name)], line: line)
            }
            entries.append(.init(key: name, value: try node(value, at: path + [.key(name)], line: line)))
        }
        return entries
    }

    private func refusal(_ reason: String, at path: [PathStep], line: Int?) -> ConfigurationError {
        ConfigurationError(.syntax, file: file, line: line, key: path.dotted, reason: reason)
    }

    private func error(for error: YamlError) -> ConfigurationError {
        func invalid(_ context: YamlError.Context?, _ problem: String, _ line: Int) -> ConfigurationError {
            let context = context.map { " \($0.text)" } ?? ""
            return refusal("is not valid YAML: \(original(problem))\(context)", at: [], line: line)
        }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            return invalid(context, problem, mark.line)
        case .composer(_, _, let mark, _):
            return refusal("a second document begins; the configuration is one", at: [], line: mark.line)
        case .reader(let problem, let offset, _, let yaml):
            let line = offset.map { yaml.prefix($0).count(where: \.isNewline) + 1 }
            return refusal("is not valid YAML: \(problem)", at: [], line: line)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let key = PathStep.key(duplicates.first.map { original($0) } ?? "")
            return refusal("the key is given twice in one mapping, first here", at: [key], line: context.mark.line)
        default:
            return refusal("is not valid YAML: \(error)", at: [], line: nil)
        }
    }
}

extension ConfigurationParser {
    /// The text with the mark in place of each `*` that could begin an alias: at the start, or after a space, a tab, a
    /// line end or a flow indicator. In quotes and block scalars this changes text, which ``original(_:)`` restores.
    /// Line numbers do not change.
    private func withoutAliases(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar = "\n"
        for scalar in text.unicodeScalars {
            let isPossibleAlias = scalar == "*" && [" ", "\t", "\n", "\r", "[", "{", ","].contains(previous)
            result.append(isPossibleAlias ? aliasMark : scalar)
            previous = scalar
        }
        return String(result)
    }

    private func original(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == aliasMark ? "*" : $0 }))
    }
}
