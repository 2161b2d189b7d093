import Wording

/// The names in the package of a new provider, all derived from the name of its module.
struct ProviderNames: Sendable, Hashable {
    /// The module and the provider's type: `ToolLending`.
    let module: String
    /// The provider's id: `toollending`.
    let id: String

    /// The package, for SwiftPM and for Debian: `concierge-tool-lending`.
    var package: String { "concierge-\(words)" }
    /// The daemon's program: `concierged-tool-lending`.
    var program: String { "concierged-\(words)" }

    /// - Parameter id: Nil for the module's name in lower case.
    init(module: String, id: String?) throws(Failure) {
        guard Self.isModule(module) else { throw .badModule(module) }
        guard !ModuleNames.all.contains(module), !ProviderPackage.uses(identifier: module) else {
            throw .takenModule(module)
        }
        let chosen = id ?? module.lowercased()
        guard Self.isID(chosen) else { throw .badProvider(chosen) }
        guard !Self.standardIDs.contains(chosen) else { throw .takenProvider(chosen) }
        self.module = module
        self.id = chosen
    }

    /// The ids of the standard providers, which the new daemon serves too. A test compares them with their manifests.
    static let standardIDs: Set<String> = ["parcel", "repairs", "health", "rooms"]

    /// The module's name in lower case, with a hyphen before each word but the first.
    private var words: String {
        var text = ""
        var last: Character = "-"
        for character in module {
            if character.isUppercase, last.isLowercase || last.isNumber { text.append("-") }
            text += character.lowercased()
            last = character
        }
        return text
    }

    /// A capital letter, then letters and digits, all ASCII. No keyword of Swift that could be meant has this form,
    /// except for some types that ``ModuleNames`` has.
    private static func isModule(_ text: String) -> Bool {
        text.count <= 40 && text.first?.isUppercase == true
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }

    /// A small letter, then small letters and digits, all ASCII.
    private static func isID(_ text: String) -> Bool {
        text.count <= 40 && text.first?.isLowercase == true
            && text.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber) }
    }
}

extension Failure {
    fileprivate static func badModule(_ name: String) -> Failure {
        .usage(
            Text(
                fr: "« \(name) » ne peut pas être le nom d'un module Swift",
                en: "\"\(name)\" cannot be the name of a provider's Swift module"),
            advice: Text(
                fr: "Écrivez un nom comme ToolLending : une majuscule, puis des lettres sans accent et des chiffres, "
                    + "40 au plus.",
                en: "Write a name like ToolLending: a capital letter, then ASCII letters and digits, 40 at most."))
    }

    fileprivate static func takenModule(_ name: String) -> Failure {
        .usage(
            Text(
                fr: "« \(name) » est déjà le nom d'un module ou d'un type que le nouveau module utilise",
                en: "\"\(name)\" is already the name of a module or a type that the provider uses"),
            advice: Text(
                fr: "Choisissez un autre nom, par exemple \(name)Desk.",
                en: "Choose another name, for example \(name)Desk."))
    }

    fileprivate static func takenProvider(_ id: String) -> Failure {
        .usage(
            Text(
                fr: "« \(id) » est l'identifiant d'un module fourni, que le nouveau service a aussi",
                en: "\"\(id)\" is the id of a standard provider, which the new daemon has too"),
            advice: Text(
                fr: "Choisissez un autre identifiant avec --id, par exemple my\(id).",
                en: "Choose another id with --id, for example my\(id)."))
    }

    fileprivate static func badProvider(_ id: String) -> Failure {
        .usage(
            Text(
                fr: "--id : « \(id) » ne peut pas être l'identifiant d'un module",
                en: "--id: \"\(id)\" cannot be the id of a provider"),
            advice: Text(
                fr: "Écrivez un mot comme tools : des minuscules sans accent et des chiffres, une lettre d'abord.",
                en: "Write a word like tools: small ASCII letters and digits, a letter first."))
    }
}
