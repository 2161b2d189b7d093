import ConciergeProtocol
import Wording

extension Wire.Request {
    /// Whether the request waits because its service is not served now.
    var isUnattended: Bool { unattended ?? false }

    /// The timers in the order in which they are due.
    var timersByDue: [Timer] { timers.sorted { $0.due < $1.due } }

    var stateColour: Colour? {
        if quarantine != nil || (open && isLate) { return .red }
        return isUnattended ? .yellow : open ? .green : nil
    }

    /// The text after the state of an unattended request; empty for others.
    var mark: Text { isUnattended ? Text(fr: " (module arrêté)", en: " (unattended)") : Text(verbatim: "") }
}
