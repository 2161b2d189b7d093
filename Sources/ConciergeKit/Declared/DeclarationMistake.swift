/// A mistake of the author in the declaration of a field or of a setting, which is found at start.
package struct DeclarationMistake: Sendable, Hashable {
    /// The name of the field, or the path to the setting: `rooms.lending`.
    package let name: String
    /// What is wrong, after the name, and what to write.
    package let says: String

    static let noSetting = "is not a @Setting: write @Setting(\"…\") before it"
}

extension InputSchema {
    /// The mistakes of the author in the fields.
    package var mistakes: [DeclarationMistake] {
        declarations.strays.map {
            DeclarationMistake(name: $0, says: "is not a @Field: write @Field(fr: …, en: …) before it")
        } + fields.flatMap { $0.mistakes(at: $0.name) }
    }
}

extension SectionSchema {
    /// The mistakes of the author in the settings, also in those of sections within the section.
    package var mistakes: [DeclarationMistake] { mistakes(below: "") }

    fileprivate func mistakes(below path: String) -> [DeclarationMistake] {
        strays.map { DeclarationMistake(name: path + $0, says: DeclarationMistake.noSetting) }
            + settings.flatMap { setting in
                setting.mistakes(at: path + setting.name)
                    + (setting.kind.section?.mistakes(below: path + setting.name + ".") ?? [])
            }
    }
}

extension FieldSchema {
    fileprivate func mistakes(at path: String) -> [DeclarationMistake] {
        kind.choices.ambiguities.map { word in
            DeclarationMistake(
                name: path, says: "has the word \"\(word)\" for two choices: give one of them other words")
        } + (limitMistake.map { [DeclarationMistake(name: path, says: $0)] } ?? [])
    }
}

extension FieldKind {
    /// The section of which the value has one or several.
    fileprivate var section: SectionSchema? {
        switch self {
        case .section(let section): section
        case .list(let element): element.section
        case .map(_, let value): value.section
        default: nil
        }
    }
}
