import ConciergeKit
import ConciergeProtocol
import Synchronization
import WorkingCalendar

/// The working calendars of the configuration in force.
final class WorkingCalendars: Sendable {
    private let calendars: Mutex<[String: WorkingCalendar]>

    init(_ calendars: [String: WorkingCalendar]) { self.calendars = Mutex(calendars) }

    /// Replaces them by those of another configuration.
    func adopt(_ calendars: [String: WorkingCalendar]) { self.calendars.withLock { $0 = calendars } }

    /// The names of all of them.
    var names: [String] { calendars.withLock { $0.keys.sorted() } }

    /// The calendar of a name; without a name, the only one there is.
    func find(_ name: String?) throws(ControlError) -> (name: String, calendar: WorkingCalendar) {
        let known = calendars.withLock { $0 }
        if let name, let calendar = known[name] { return (name, calendar) }
        if name == nil, known.count == 1, let only = known.first { return (only.key, only.value) }
        throw .invalid("calendar", Self.mistake(name, among: known.keys.sorted()))
    }

    private static func mistake(_ name: String?, among known: [String]) -> Text {
        guard !known.isEmpty else {
            return Text(
                fr: "aucun calendrier d'ouverture n'est configuré (working_calendars)",
                en: "no working calendar is configured (working_calendars)")
        }
        let list = Text(verbatim: known.joined(separator: ", "))
        guard let name else {
            return Text(fr: "il faut en nommer un : \(list)", en: "name one of them: \(list)")
        }
        let mistake = Text(
            fr: "il n'y a pas de calendrier « \(name) »", en: "there is no working calendar \"\(name)\"")
        return mistake.adding(
            NearestName.suggestion(for: name, among: known) ?? Text(fr: "connus : \(list)", en: "known: \(list)"))
    }
}
