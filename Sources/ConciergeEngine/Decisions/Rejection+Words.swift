package import ConciergeKit

extension Rejection {
    /// The rejection for a person.
    package var words: Text {
        switch self {
        case .refused(let text): text
        case .notFound(let id): Text(fr: "Rien ne porte l'identifiant « \(id) ».", en: "Nothing has the id \"\(id)\".")
        case .invalid(let name, let reason): Text(fr: "\(name) : \(reason.fr)", en: "\(name): \(reason.en)")
        case .broken(let provider, let reason):
            Text(
                fr: "Le fournisseur « \(provider) » a fait une erreur ; rien n'a changé. \(reason)",
                en: "The provider \"\(provider)\" made a mistake; nothing was changed. \(reason)")
        }
    }
}

extension StoredRun {
    /// Why it failed, for the history of its request.
    var failure: Text? {
        error.map { Text(fr: "Échec : \($0)", en: "Failed: \($0)") }
    }
}

extension StoredRun.State {
    /// The state for a person.
    package var words: Text {
        switch self {
        case .queued: Text(fr: "en attente", en: "queued")
        case .running: Text(fr: "en cours", en: "running")
        case .succeeded: Text(fr: "réussie", en: "succeeded")
        case .failed: Text(fr: "échouée", en: "failed")
        case .cancelled: Text(fr: "annulée", en: "cancelled")
        }
    }
}
