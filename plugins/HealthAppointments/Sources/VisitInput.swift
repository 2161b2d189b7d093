import ConciergeKit

/// An input without any field for the reason of the visit. Such a field is refused by name, so that its value is not
/// even stored in the history of refused calls.
protocol VisitInput: Input {}

extension VisitInput {
    static var refused: [String: Text] {
        refusingReasons(
            Text(
                fr: "Le motif de la visite n'est jamais enregistré ici : il ne regarde que le praticien.",
                en: "The reason for the visit is never stored here: it is the practitioner's alone to know."))
    }
}

/// An input of a change. Nothing is kept of why it is made: neither an illness of the resident nor one of the
/// practitioner.
protocol ChangeInput: VisitInput {}

extension ChangeInput {
    static var refused: [String: Text] {
        refusingReasons(
            Text(
                fr: "Aucun motif n'est enregistré ici : annulez, déplacez ou annoncez l'absence sans dire pourquoi.",
                en: "No reason is stored here: cancel, move or announce the absence without saying why."))
    }
}

private func refusingReasons(_ words: Text) -> [String: Text] {
    Dictionary(uniqueKeysWithValues: fieldsThatTellWhy.map { ($0, words) })
}

private let fieldsThatTellWhy = [
    "reason", "motive", "symptom", "symptoms", "diagnosis", "condition", "complaint", "treatment", "note", "notes",
    "comment", "comments", "description",
    "motif", "raison", "symptome", "symptomes", "symptôme", "symptômes", "diagnostic", "maladie", "traitement",
    "remarque", "remarques", "commentaire", "commentaires",
]

/// From whom a cancellation or a change comes.
enum Origin: String, Choice {
    case resident
    case practice

    var words: Text {
        switch self {
        case .resident: Text(fr: "locataire", en: "resident")
        case .practice: Text(fr: "cabinet", en: "practice")
        }
    }
}
