import ConciergeProtocol
import Wording

extension Wire.Run {
    /// Whether the run waits because its task is not served now.
    var isUnattended: Bool { unattended ?? false }

    /// The name of the state in both languages.
    var stateName: Text {
        if quarantine != nil { return Wire.Quarantine.name }
        return switch state {
        case .queued where isUnattended:
            Text(fr: "en attente (sans fournisseur)", en: "queued (unattended)")
        case .queued where waitsForWorker ?? false:
            Text(fr: "sans exécutant", en: "waiting for a worker")
        case .queued: Text(fr: "en attente", en: "queued")
        case .running: Text(fr: "en cours", en: "running")
        case .succeeded: Text(fr: "réussie", en: "succeeded")
        case .failed: Text(fr: "échouée", en: "failed")
        case .cancelled: Text(fr: "annulée", en: "cancelled")
        default: Text(verbatim: state.rawValue)
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
