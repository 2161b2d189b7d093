import ConciergeKit
import Yams

/// Reads one YAML file into nodes. Parts of YAML that a configuration does not need and that can do harm are refused:
/// anchors and aliases (a small file of them expands into a huge one), tags, keys that are not text, and several
/// documents.
struct ConfigurationParser {
    private let file: String

    /// Replaces `*` where an alias could begin, so that the YAML library never resolves one.
    private let aliasMark: Unicode.Scalar
    /// Replaces `!` where a tag could begin, so that the value begins with it. The library itself distinguishes a plain
    /// value from one with a tag by regular expressions, which load a megabyte of ICU into memory.
    private let tagMark: Unicode.Scalar

    /// The mapping at the top of the text, or null if there is nothing but comments.
    static func parse(_ text: String, file: String) throws(ConfigurationError) -> ConfigurationNode {
        let unused = (0xE000...0xF8FF).lazy.compactMap(Unicode.Scalar.init)
            .filter { !text.unicodeScalars.contains($0) }.prefix(2)
        guard let first = unused.first, let second = unused.dropFirst().first else {
            throw ConfigurationError(file: file, words: Text(fr: "ce n'est pas un texte", en: "is not a text"))
        }
        return try ConfigurationParser(file: file, aliasMark: first, tagMark: second).parse(text)
    }

    private func parse(_ text: String) throws(ConfigurationError) -> ConfigurationNode {
        let parser: Parser
        let root: Node?
        let marked = marked(text)
        do {
            parser = try Parser(yaml: marked, resolver: .basic, encoding: .utf8)
            root = try parser.singleRoot()
        } catch let error as YamlError {
            throw self.error(for: error, in: marked)
        } catch {
            throw ConfigurationError(file: file, reason: "\(error)")
        }
        // The anchors of the nodes are valid only while the parser lives.
        defer { withExtendedLifetime(parser) {} }
        guard let root else { return .absent(from: file) }
        let node = try node(root, at: [], line: nil)
        guard node.entries != nil else {
            throw ConfigurationError(
                file: file, line: root.mark?.line, words: node.foundInsteadOfMapping)
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
            let isPlain = scalar.style == .plain
            if isPlain, scalar.string.unicodeScalars.first == aliasMark {
                throw refusal("aliases are not supported: \(original(scalar.string))", at: path, line: line)
            }
            if isPlain, scalar.string.unicodeScalars.first == tagMark {
                throw refusal(refusedTag(scalar.string[...]), at: path, line: line)
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
        ConfigurationError(file: file, line: line, key: path.dotted, reason: reason)
    }

    private func error(for error: YamlError, in marked: String) -> ConfigurationError {
        func invalid(_ context: YamlError.Context?, _ problem: String, _ line: Int) -> ConfigurationError {
            let context = context.map { " \($0.text)" } ?? ""
            return refusal("is not valid YAML: \(original(problem))\(context)", at: [], line: line)
        }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            // A mapping or a list with a tag is no longer valid once the tag has become the beginning of a value.
            if let (tag, line) = tag(in: marked, near: mark.line) {
                return refusal(refusedTag(tag), at: [], line: line)
            }
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
    /// The text with marks in place of each `*` and `!` that could begin an alias or a tag: at the start, or after a
    /// space, a tab, a line end or a flow indicator. In quotes and block scalars this changes text, which
    /// ``original(_:)`` restores. Line numbers do not change.
    private func marked(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar = "\n"
        for scalar in text.unicodeScalars {
            let mayBegin = [" ", "\t", "\n", "\r", "[", "{", ","].contains(previous)
            switch scalar {
            case "*" where mayBegin: result.append(aliasMark)
            case "!" where mayBegin: result.append(tagMark)
            default: result.append(scalar)
            }
            previous = scalar
        }
        return String(result)
    }

    private func original(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { $0 == aliasMark ? "*" : $0 == tagMark ? "!" : $0 }
        return String(String.UnicodeScalarView(scalars))
    }

    private func refusedTag(_ value: Substring) -> String {
        "tags are not supported: \(original(String(value.prefix { !$0.isWhitespace })))"
    }

    /// A value that begins with a tag, on this line or the one before, and its line.
    private func tag(in marked: String, near line: Int) -> (tag: Substring, line: Int)? {
        let lines = marked.split(separator: "\n", omittingEmptySubsequences: false)
        for number in [line, line - 1] where lines.indices.contains(number - 1) {
            let text = lines[number - 1]
            let values: [Substring?] = [
                text.drop { $0 == " " }, text.firstRange(of: ": ").map { text[$0.upperBound...] },
                text.firstRange(of: "- ").map { text[$0.upperBound...] },
            ]
            for case let value? in values where value.unicodeScalars.first == tagMark { return (value, number) }
        }
        return nil
    }
}
