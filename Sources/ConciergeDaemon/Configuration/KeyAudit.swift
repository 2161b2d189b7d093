import Wording

/// Which keys of which mappings were asked for while a section was decoded.
final class KeyAudit {
    private var asked: [[String]: Set<String>] = [:]
    private var opened: Set<[String]> = []

    /// A type looks at the value at this path.
    ///
    /// - Parameter byKeys: Whether it reads it as a mapping with keys of its own choice.
    func open(_ path: [any CodingKey], byKeys: Bool) {
        let path = path.map(\.stringValue)
        opened.insert(path)
        if byKeys { asked[path, default: []].formUnion([]) }
    }

    /// Whether any type has looked at the value at this path.
    func isOpened(_ path: [any CodingKey]) -> Bool {
        opened.contains(path.map(\.stringValue))
    }

    /// A type asks for this key, whether it is there or not.
    func ask(for key: String, at path: [any CodingKey]) {
        asked[path.map(\.stringValue), default: []].insert(key)
    }

    /// The keys of a mapping that nothing has asked for yet; none if nothing reads it by its keys.
    func unknownKeys(in node: ConfigurationNode, at path: [any CodingKey]) -> [ConfigurationNode.Entry] {
        guard let asked = asked[path.map(\.stringValue)], let entries = node.entries else { return [] }
        return entries.filter { !asked.contains($0.key) }
    }

    /// The error for the first key, at any depth, that nothing asked for.
    func firstUnknownKey(in node: ConfigurationNode, at path: [any CodingKey]) -> ConfigurationError? {
        switch node.content {
        case .scalar:
            return nil
        case .sequence(let elements):
            return elements.enumerated().lazy
                .compactMap { self.firstUnknownKey(in: $1, at: path + [PathKey(index: $0)]) }.first
        case .mapping(let entries):
            if let entry = unknownKeys(in: node, at: path).first {
                let known = asked[path.map(\.stringValue), default: []].sorted()
                return ConfigurationError(
                    .value, file: entry.value.file, line: entry.value.line,
                    key: (path + [PathKey(entry.key)]).dotted, reason: "unknown key",
                    suggestion: NearestName.suggestion(for: entry.key, among: known)?.en)
            }
            return entries.lazy
                .compactMap { self.firstUnknownKey(in: $0.value, at: path + [PathKey($0.key)]) }.first
        }
    }
}

/// A step on the way to a value: a key of a mapping, or the number of an element of a list.
struct PathKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ name: String) {
        stringValue = name
        intValue = nil
    }

    init(index: Int) {
        stringValue = "[\(index)]"
        intValue = index
    }

    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { self.init(index: intValue) }
}

extension [any CodingKey] {
    /// The path as people write it: `residences[0].name`.
    var dotted: String {
        reduce(into: "") { path, key in
            let isElement = (key as? PathKey)?.intValue != nil
            path += (path.isEmpty || isElement ? "" : ".") + key.stringValue
        }
    }
}
