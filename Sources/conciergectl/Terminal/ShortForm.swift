/// Shorter ways to type a command line.
enum ShortForm {
    /// The commands of `requests` that may be typed without it.
    static let requests: Set<String> = [
        "open", "act", "do", "show", "list", "watch", "correct", "follow", "unfollow", "note", "undo",
    ]
    /// A task that is run, and whose report is waited for.
    private static let run = "run"
    /// All words that may stand in the place of a command without being one.
    static var names: [String] { requests.sorted() + [run] }
    /// What a person who thinks in French may type for a command, folded.
    static let inFrench: [String: String] = [
        "ouvrir": "open", "creer": "open", "agir": "act", "faire": "act", "montrer": "show", "voir": "show",
        "liste": "list", "lister": "list", "surveiller": "watch", "corriger": "correct", "suivre": "follow",
        "noter": "note", "annuler": "undo", "lancer": "run", "demande": "requests", "demandes": "requests",
        "locataire": "residents", "locataires": "residents", "residence": "residences", "logement": "dwellings",
        "logements": "dwellings", "module": "providers", "modules": "providers", "message": "notices",
        "messages": "notices", "tache": "tasks", "taches": "tasks", "traitement": "runs", "traitements": "runs",
        "executants": "workers", "horaire": "schedules", "horaires": "schedules", "calendrier": "calendar",
        "promesse": "promise", "rapport": "report", "recharger": "reload", "relire": "reload",
        "sauvegarde": "backup", "sauvegarder": "backup", "chercher": "find", "trouver": "find", "etat": "status",
        "statut": "status", "aujourd hui": "today", "jour": "today", "scanner": "scan",
    ]
    private static let optionsWithValue: Set<String> = ["--socket"]

    /// The command line with `requests` before one of its commands, and with the parser's own word for help.
    static func written(out arguments: [String]) -> [String] {
        var arguments =
            arguments.prefix { $0 != "--" }.map { $0 == "--aide" ? "--help" : $0 }
            + arguments.drop { $0 != "--" }
        guard let index = firstWord(arguments) else { return arguments }
        if arguments[index] == "aide" { arguments[index] = "help" }
        if arguments[index] == "help" {
            if index + 1 < arguments.count, requests.contains(arguments[index + 1]) {
                arguments.insert("requests", at: index + 1)
            }
        } else if arguments[index] == run {
            arguments.replaceSubrange(index...index, with: ["tasks", "trigger", "--wait"])
        } else if requests.contains(arguments[index]) {
            arguments.insert("requests", at: index)
        }
        return arguments
    }

    /// The index of the first word that is no option.
    static func firstWord(_ arguments: [String]) -> Int? {
        var index = 0
        while index < arguments.count, arguments[index].hasPrefix("-") {
            if arguments[index] == "--" { return nil }
            index += optionsWithValue.contains(arguments[index]) ? 2 : 1
        }
        return index < arguments.count ? index : nil
    }
}
