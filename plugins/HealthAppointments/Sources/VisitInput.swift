import ConciergeKit

/// An input without any field for the reason of the visit. Such a field is refused by name, so that its value is not
/// even stored in the history of refused calls.
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
