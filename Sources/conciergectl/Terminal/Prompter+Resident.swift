import ConciergeProtocol
import Wording

extension Prompter {
    /// Asks for whom a request is, by words that are looked for in the directory.
    ///
    /// - Returns: The resident's id, or the text of somebody who is not in the directory; nil if nothing was typed and
    ///   `isOptional`.
    func resident(isOptional: Bool, _ connection: Connection) async throws -> String? {
        let title = Text(fr: "Locataire : nom, logement ou téléphone", en: "Resident: name, dwelling or telephone")
        while true {
            let typed = try answer(
                to: isOptional ? Text(fr: "\(title) (facultatif)", en: "\(title) (optional)") : title)
            if typed.isEmpty {
                if isOptional { return nil }
                say(
                    Text(
                        fr: "Il faut un locataire ici (Ctrl-D abandonne).",
                        en: "A resident is needed here (Ctrl-D gives up)."))
                continue
            }
            let found = try await connection.call(ResidentMethods.Search(query: typed, limit: 9)).read()
            switch found.residents.count {
            case 0:
                if try isAgreed(
                    Text(
                        fr: "Personne de ce nom dans l'annuaire. Noter « \(typed) » tel quel ?",
                        en: "Nobody by that name in the directory. Note \"\(typed)\" as it is?"))
                {
                    return typed
                }
            case 1:
                try console.print(["  " + found.residents[0].inShort.inOneLine])
                return found.residents[0].id
            default:
                let names = found.residents.map {
                    NameMatch.Candidate(id: $0.id, name: Text(verbatim: $0.inShort))
                }
                if found.more {
                    say(Text(fr: "Il y en a d'autres : ajoutez un mot.", en: "There are more: add a word."))
                }
                let index = try choice(
                    Text(fr: "Qui ? (vide : autre recherche)", en: "Who? (empty: look again)"),
                    among: names, isOptional: true)
                if let index { return found.residents[index].id }
            }
        }
    }

    /// Asks for a place by its name; nil if nothing was typed and `isOptional`.
    func place(isOptional: Bool) throws -> String? {
        let title = Text(
            fr: "Lieu : résidence, puis logement ou partie commune",
            en: "Place: residence, then dwelling or common part")
        while true {
            let typed = try answer(
                to: isOptional ? Text(fr: "\(title) (facultatif)", en: "\(title) (optional)") : title)
            if !typed.isEmpty { return typed }
            if isOptional { return nil }
            say(Text(fr: "Il faut un lieu ici (Ctrl-D abandonne).", en: "A place is needed here (Ctrl-D gives up)."))
        }
    }

    /// Whether the person says yes.
    func isAgreed(_ question: Text) throws -> Bool {
        let typed = try answer(to: Text(fr: "\(question) (o/n)", en: "\(question) (y/n)")).folded
        return ["o", "oui", "y", "yes"].contains(typed)
    }
}

extension Wire.Resident {
    /// Name, dwelling and residence.
    var inShort: String { [name, dwelling, residence].filter { !$0.isEmpty }.joined(separator: ", ") }
}
