import ConciergeProtocol
import Wording

extension Wire.Request {
    /// Whether it waits because its service is not served now.
    var isUnattended: Bool { unattended ?? false }

    /// The next due is first.
    var timersByDue: [Timer] { timers.sorted { $0.due < $1.due } }

    var stateColour: Colour? {
        if quarantine != nil { return .red }
        return isUnattended ? .yellow : open ? .green : nil
    }

    /// Behind the state: that nobody serves it now.
    var mark: Text { isUnattended ? Text(fr: " (sans fournisseur)", en: " (unattended)") : Text(verbatim: "") }
}
