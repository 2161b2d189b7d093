import ConciergeKit

/// A value of the configuration, with its file and line.
struct ConfigurationNode: Sendable {
    enum Content: Sendable {
        /// A single value as it is written. If plain, it may be a number, a boolean or null; if quoted, it is text.
        case scalar(String, isPlain: Bool)
        case sequence([ConfigurationNode])
        /// A mapping in the order of the file, without duplicate keys.
        case mapping([Entry])
    }

    struct Entry: Sendable {
        let key: String
        var value: ConfigurationNode
    }

    var content: Content

    /// The file and line of the value, or of its key if it is in a mapping.
    let file: String
    let line: Int?

    /// A null value, for a file without content or a missing section.
    static func absent(from file: String) -> ConfigurationNode {
        ConfigurationNode(content: .scalar("", isPlain: true), file: file, line: nil)
    }

    /// The entries of a mapping, none for null, or `nil` for anything else.
    var entries: [Entry]? {
        switch content {
        case .mapping(let entries): entries
        case .scalar where isNull: []
        default: nil
        }
    }

    func value(for key: String) -> ConfigurationNode? {
        entries?.first { $0.key == key }?.value
    }

    func value(at step: PathStep) -> ConfigurationNode? {
        switch (step, content) {
        case (.key(let key), _): value(for: key)
        case (.index(let index), .sequence(let elements)): elements.indices.contains(index) ? elements[index] : nil
        case (.index, _): nil
        }
    }

    /// Whether this is null, as YAML 1.2's core schema (10.3.2) writes it.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// Whether the value is blank, as in `parcel:` with nothing below it.
    private var isBlank: Bool {
        if case .scalar("", isPlain: true) = content { true } else { false }
    }

    /// Merges the value of a later file over this one. Mappings are merged key by key; anything else is replaced whole.
    /// A blank section in the later file changes nothing, so that commenting out its lines does not undo the earlier
    /// file; `null` replaces it.
    func merged(with later: ConfigurationNode) -> ConfigurationNode {
        guard case .mapping(var entries) = content else { return later }
        if later.isBlank { return self }
        guard case .mapping(let laterEntries) = later.content else { return later }
        for entry in laterEntries {
            if let index = entries.firstIndex(where: { $0.key == entry.key }) {
                entries[index].value = entries[index].value.merged(with: entry.value)
            } else {
                entries.append(entry)
            }
        }
        var merged = self
        merged.content = .mapping(entries)
        return merged
    }

    /// What an error says of a value that is not what is expected.
    ///
    /// - Parameter noun: What is expected, in English: `a whole number`.
    func found(insteadOf expected: Text, _ noun: String) -> Text {
        Text(fr: "\(expected) ; trouvé : \(summary)", en: "expected \(noun), found \(summary)")
    }

    /// What an error says of a value that is not a mapping.
    var foundInsteadOfMapping: Text {
        found(insteadOf: Text(fr: "une section est attendue", en: "a mapping is expected"), "a mapping")
    }

    /// A description of the value for error messages.
    private var summary: Text {
        switch content {
        case .mapping: return Text(fr: "une section", en: "a mapping")
        case .sequence: return Text(fr: "une liste", en: "a list")
        case .scalar where isNull: return Text(fr: "rien", en: "nothing")
        case .scalar(let text, let isPlain):
            if isPlain, PlainScalar.truth(text) != nil { return Text(verbatim: text) }
            if isPlain, PlainScalar.number(text) != nil {
                return Text(fr: "le nombre \(text)", en: "the number \(text)")
            }
            let shown = text.count > 40 ? text.prefix(39) + "…" : text
            return Text(fr: "le texte « \(shown) »", en: "the text \"\(shown)\"")
        }
    }
}
