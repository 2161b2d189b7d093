import ConciergeKit
import JSON

extension ConfigurationTree {
    /// This configuration with the sections of providers as they were recorded; those of other providers stay. `source`
    /// stands for the file in errors about them.
    func withSections(_ sections: [String: JSON], from source: String) -> ConfigurationTree {
        let key = DaemonConfiguration.providersKey
        let section = { (entries: [ConfigurationNode.Entry]) in
            ConfigurationNode(content: .mapping(entries), file: source, line: nil)
        }
        var entries = root.entries ?? []
        var kept = (root.value(for: key)?.entries ?? []).filter { sections[$0.key] == nil }
        kept += sections.sorted { $0.key < $1.key }
            .map { ConfigurationNode.Entry(key: $0.key, value: ConfigurationNode($0.value, source: source)) }
        entries.removeAll { $0.key == key }
        entries.append(ConfigurationNode.Entry(key: key, value: section(kept)))
        return ConfigurationTree(
            root: ConfigurationNode(content: .mapping(entries), file: mainFile, line: nil), mainFile: mainFile,
            files: files)
    }
}

extension ConfigurationNode {
    /// A value as it was recorded.
    fileprivate init(_ json: JSON, source: String) {
        let content: Content =
            switch json {
            case .null: .scalar("", isPlain: true)
            case .bool(let value): .scalar(value ? "true" : "false", isPlain: true)
            case .int(let value): .scalar("\(value)", isPlain: true)
            case .double(let value): .scalar("\(value)", isPlain: true)
            case .string(let text): .scalar(text, isPlain: false)
            case .array(let elements): .sequence(elements.map { ConfigurationNode($0, source: source) })
            case .object(let members):
                .mapping(members.map { Entry(key: $0.key, value: ConfigurationNode($0.value, source: source)) })
            }
        self.init(content: content, file: source, line: nil)
    }
}
