import ConciergeKit

extension Appointment {
    /// The appointment is near.
    struct Reminder: Notice {
        /// With whom.
        let who: String
        let start: Instant

        var words: Text {
            Text(
                fr: "Rappel : votre rendez-vous avec \(who), le \(start).",
                en: "Reminder: your appointment with \(who), \(start).")
        }

        static let example = Reminder(who: "Dr Martin", start: Instant(milliseconds: 1_798_788_600_000))
    }

    /// The appointment does not take place.
    struct Cancelled: Notice {
        let start: Instant

        var words: Text {
            Text(fr: "Votre rendez-vous du \(start) est annulé.", en: "Your appointment on \(start) is cancelled.")
        }

        static let example = Cancelled(start: Instant(milliseconds: 1_798_788_600_000))
    }
}
