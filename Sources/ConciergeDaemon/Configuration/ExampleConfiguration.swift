import ConciergeKit
import JSON

/// A configuration with every key of this build. Each key has its description as a comment, and its default as a
/// comment that takes effect if the `#` is deleted. A key that the shipped configuration sets is not commented out.
struct ExampleConfiguration {
    static func text(serving providers: [RegisteredProvider]) -> String {
        var example = ExampleConfiguration()
        example.comment(
            """
            concierged: the lodge's configuration. Each key that is commented out shows its default, or how it may look where \
            it has none; take the # away to set it.
            """, depth: 0)
        example.comment(
            "Drop-ins in concierged.d/*.yaml are read after this file, by name, and win over it.", depth: 0)
        example.comment("Check it with: concierged --check", depth: 0)
        for setting in DaemonConfiguration.schema.settings {
            example.lines.append("")
            example.add(setting, depth: 0)
        }
        example.lines.append("")
        example.comment("A section for each provider.", depth: 0)
        example.lines.append(DaemonConfiguration.providersKey + ":")
        for provider in providers {
            example.comment("\(provider.manifest.name.en). \(provider.manifest.summary.en)", depth: 1)
            example.lines.append("  \(provider.manifest.id):")
            for setting in provider.section.settings { example.add(setting, depth: 2) }
        }
        return example.lines.joined(separator: "\n") + "\n"
    }

    private var lines: [String] = []

    private init() {}

    /// - Parameters:
    ///   - given: The value that the enclosing value sets for this setting, if it is not the default.
    ///   - isLive: Whether the enclosing section is not commented out.
    ///   - hasWords: False for the second and later entries of a dictionary, which show only the settings that the
    ///     entry sets, without their descriptions.
    private mutating func add(
        _ setting: FieldSchema, depth: Int, given: JSON? = nil, isLive: Bool = true, hasWords: Bool = true
    ) {
        let shown = given ?? setting.recommended ?? setting.initial ?? setting.exampleValue
        guard hasWords || given != nil else { return }
        if hasWords { comment(setting.words, depth: depth) }
        switch setting.kind {
        case .section(let section):
            // A section without a default does not exist unless the configuration has it.
            let isSet = isLive && setting.initial != nil
            key(setting.name, depth: depth, isLive: isSet)
            for child in section.settings {
                add(
                    child, depth: depth + 1, given: shown?.objectValue?[child.name].unless(child.initial), isLive: isSet
                )
            }
        case .map(_, .section(let section)):
            key(setting.name, depth: depth, isLive: isLive)
            let entries =
                shown?.objectValue.flatMap { $0.isEmpty ? nil : $0 } ?? setting.exampleValue?.objectValue ?? [:]
            for (index, entry) in entries.enumerated() {
                key(entry.key, depth: depth + 1, isLive: false)
                for child in section.settings {
                    add(
                        child, depth: depth + 2, given: entry.value.objectValue?[child.name], isLive: false,
                        hasWords: index == 0)
                }
            }
        default:
            key(
                setting.name, shown, depth: depth, isLive: isLive && given == nil && setting.recommended != nil)
        }
    }

    /// Writes a key, with its value if it has one.
    private mutating func key(_ name: String, _ value: JSON? = nil, depth: Int, isLive: Bool) {
        let start = String(repeating: "  ", count: depth) + (isLive ? "" : "#")
        switch value {
        case .object(let object)? where !object.isEmpty:
            lines.append("\(start)\(name):")
            for (name, value) in object { key(name, value, depth: depth + 1, isLive: isLive) }
        case let value?: lines.append("\(start)\(name): \(value.yaml)")
        case nil: lines.append("\(start)\(name):")
        }
    }

    private mutating func comment(_ words: String, depth: Int) {
        let start = String(repeating: "  ", count: depth) + "#"
        var line = start
        for word in words.split(separator: " ") {
            if line.count + 1 + word.count > 120, line != start {
                lines.append(line)
                line = start
            }
            line += " \(word)"
        }
        lines.append(line)
    }
}

extension JSON? {
    /// This value, or nil if it equals the other.
    fileprivate func unless(_ other: JSON?) -> JSON? { self == other ? nil : self }
}

extension FieldSchema {
    /// The description of a setting, with its choices and limits.
    var words: String {
        var words = title.en
        if case .choice(let choices) = kind { words += " One of \(choices.map(\.value).joined(separator: ", "))." }
        if let limits { words += " \(limits.phrase.prefix(1).uppercased() + limits.phrase.dropFirst())." }
        return words
    }
}

/// The table of settings in the operations document.
enum SettingsTable {
    static func text(serving providers: [RegisteredProvider]) -> String {
        var rows = ["| key | default | is |", "| --- | --- | --- |"]
        for setting in DaemonConfiguration.schema.settings { rows += Self.rows(setting, below: "") }
        for provider in providers {
            for setting in provider.section.settings {
                rows += Self.rows(setting, below: "\(DaemonConfiguration.providersKey).\(provider.manifest.id).")
            }
        }
        return rows.joined(separator: "\n") + "\n"
    }

    /// - Parameter initial: The value of this setting in each entry of the default of the enclosing dictionary, with
    ///   the entry's key.
    private static func rows(
        _ setting: FieldSchema, below path: String, initial: [(key: String, value: JSON?)] = []
    ) -> [String] {
        let path = path + setting.name
        switch setting.kind {
        case .section(let section): return section.settings.flatMap { rows($0, below: path + ".") }
        case .map(let key, .section(let section)):
            let entries = setting.initial?.objectValue ?? [:]
            let parent = row(path, entries.isEmpty ? "none" : "as below", setting)
            let part =
                if case .choice(let choices) = key { "{" + choices.map(\.value).joined(separator: ",") + "}" } else {
                    "ID"
                }
            return [parent]
                + section.settings.flatMap { child in
                    rows(
                        child, below: "\(path).\(part).",
                        initial: entries.map { ($0.key, $0.value.objectValue?[child.name] ?? child.initial) })
                }
        default: break
        }
        var cell: String
        if initial.contains(where: { $0.value != nil }) {
            cell = initial.map { key, value in "`\(value?.yaml ?? "–")` (\(key))" }.joined(separator: ", ")
        } else if setting.isRequired {
            cell = "must be given"
        } else if let value = setting.initial, value != [:] {
            cell = "`\(value.yaml)`"
        } else {
            cell = "–"
        }
        if let recommended = setting.recommended { cell += "; the shipped file says `\(recommended.yaml)`" }
        return [row(path, cell, setting)]
    }

    private static func row(_ path: String, _ cell: String, _ setting: FieldSchema) -> String {
        "| `\(path)` | \(cell) | \(setting.words.replacing("|", with: "\\|")) |"
    }
}

extension JSON {
    /// The value in YAML's flow style. Text that other YAML readers would not read as text is quoted.
    fileprivate var yaml: String {
        switch self {
        case .string(let text): text.isPlainInYAML ? text : self.text
        case .array(let elements): "[" + elements.map(\.yaml).joined(separator: ", ") + "]"
        case .object(let object):
            "{" + object.map { "\($0.key): \($0.value.yaml)" }.joined(separator: ", ") + "}"
        default: text
        }
    }
}

extension String {
    fileprivate var isPlainInYAML: Bool {
        if contains(#/^[0-9]+ ?(?:days|d|h|min|s)$/#) || self == "0" { return true }
        if ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(lowercased()) { return false }
        return contains(#/^[A-Za-z][A-Za-z0-9 ._\/+-]*$/#)
    }
}
