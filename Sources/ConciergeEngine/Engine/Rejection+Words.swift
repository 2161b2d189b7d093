package import ConciergeKit

extension Rejection {
    /// The rejection in one English line for the journal, with the mistake that a provider made.
    package var diagnosis: String {
        guard case .broken(let provider, let reason) = self else { return words.en }
        return "the provider \"\(provider)\" made a mistake: \(reason)"
    }

    /// The rejection as text for a person. It does not contain what a provider's mistake was: the journal does, for the
    /// author.
    package var words: Text {
        switch self {
        case .refused(let text): text
        case .notFound(let id): Text(fr: "Rien ne porte l'identifiant « \(id) ».", en: "Nothing has the id \"\(id)\".")
        case .invalid(let name, let reason): Text(fr: "\(name) : \(reason.fr)", en: "\(name): \(reason.en)")
        case .broken(let provider, _):
            Text(
                fr: "Le module « \(provider) » a fait une erreur ; rien n'a changé. Le journal dit laquelle.",
                en: "The provider \"\(provider)\" made a mistake; nothing was changed. The journal says which.")
        }
    }
}

extension StoredRun {
    /// Why the run failed, for the history of its request. The reason is text by the author of the task, and is not
    /// translated.
    var failure: Text? {
        if state == .cancelled { return Text(fr: "Annulée.", en: "Cancelled.") }
        return error.map { Text(fr: "Échec : « \($0) »", en: "Failed: \($0)") }
    }
}

extension StoredRun.State {
    /// The state for a person.
    package var words: Text {
        switch self {
        case .queued: Text(fr: "en attente", en: "queued")
        case .running: Text(fr: "en cours", en: "running")
        case .succeeded: Text(fr: "réussi", en: "succeeded")
        case .failed: Text(fr: "échoué", en: "failed")
        case .cancelled: Text(fr: "annulé", en: "cancelled")
        }
    }
}
