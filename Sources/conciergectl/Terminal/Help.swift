import ArgumentParser
import Wording

// The parser's texts, in the language of the running command. They are computed each time the parser asks.

extension ArgumentHelp {
    /// The help of an argument or option.
    ///
    /// - Parameter value: The name of its value in the usage; without it the name of the property, which is English.
    init(fr: Phrase, en: Phrase, value: Text? = nil) {
        let language = Console.current.language
        self.init(Text(fr: fr, en: en)[language], valueName: value?[language])
    }
}

extension ValidationError {
    /// A mistake in the combination of options.
    init(fr: Phrase, en: Phrase) { self.init(Text(fr: fr, en: en)[Console.current.language]) }
}

extension CommandConfiguration {
    /// The configuration of a command whose texts are said in both languages.
    init(
        _ name: String, _ abstract: Text, discussion: Text? = nil, version: String = "",
        subcommands: [any ParsableCommand.Type] = [], defaultSubcommand: (any ParsableCommand.Type)? = nil,
        aliases: [String] = []
    ) {
        let language = Console.current.language
        self.init(
            commandName: name, abstract: abstract[language], discussion: discussion?[language] ?? "", version: version,
            subcommands: subcommands, defaultSubcommand: defaultSubcommand, aliases: aliases)
    }
}

extension Text {
    // Names of values in usages.
    static let requestID = Text(fr: "demande", en: "request")
    static let fieldValue = Text(fr: "champ=valeur", en: "field=value")
    static let service = Text(verbatim: "service")
    static let resident = Text(fr: "locataire", en: "resident")
    static let place = Text(fr: "lieu", en: "place")
    static let time = Text(fr: "moment", en: "time")
    static let day = Text(fr: "jour", en: "day")
    static let key = Text(fr: "clé", en: "key")
    static let file = Text(fr: "fichier", en: "file")
    static let number = Text(fr: "nombre", en: "number")
}
