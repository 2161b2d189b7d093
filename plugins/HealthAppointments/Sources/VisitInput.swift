import ConciergeKit

/// An input that takes nothing which says why somebody comes. Such a field is refused by name, so that it is not
/// stored even in the history of what was tried.
protocol VisitInput: Input {}

extension VisitInput {
    static var refused: [String: Text] {
        let reason = Text(
            fr: "Le motif de la visite n'est jamais enregistré ici : il ne regarde que le praticien.",
            en: "The reason for the visit is never stored here: it is the practitioner's alone to know.")
        return Dictionary(uniqueKeysWithValues: fieldsThatTellWhy.map { ($0, reason) })
    }
}

private let fieldsThatTellWhy = [
    "reason", "motive", "symptom", "symptoms", "diagnosis", "condition", "complaint", "treatment", "note", "notes",
    "comment", "comments", "description",
    "motif", "raison", "symptome", "symptomes", "symptôme", "symptômes", "diagnostic", "maladie", "traitement",
    "remarque", "remarques", "commentaire", "commentaires",
]
