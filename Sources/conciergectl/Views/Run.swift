import ConciergeProtocol
import Wording

extension Text {
    /// The name of a run's state, without what it waits for.
    static func name(ofRunState state: Wire.Run.State) -> Text {
        switch state {
        case .queued: Text(fr: "en attente", en: "queued")
        case .running: Text(fr: "en cours", en: "running")
        case .succeeded: Text(fr: "réussi", en: "succeeded")
        case .failed: Text(fr: "échoué", en: "failed")
        case .cancelled: Text(fr: "annulé", en: "cancelled")
        default: Text(verbatim: state.rawValue)
        }
    }
}

extension Wire.Run {
    /// Whether the run waits because its task is not served now.
    var isUnattended: Bool { unattended ?? false }

    /// The name of the state in both languages.
    var stateName: Text {
        if quarantine != nil { return Wire.Quarantine.name }
        return switch state {
        case .queued where isUnattended:
            Text(fr: "en attente (module arrêté)", en: "queued (unattended)")
        case .queued where waitsForWorker ?? false:
            Text(fr: "sans exécutant", en: "waiting for a worker")
        default: .name(ofRunState: state)
        }
    }

    var stateColour: Colour? {
        if quarantine != nil { return .red }
        return switch state {
        case .running: .cyan
        case .succeeded: .green
        case .failed: .red
        case .queued: .yellow
        default: nil
        }
    }
}
