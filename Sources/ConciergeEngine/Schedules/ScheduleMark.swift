package import ConciergeKit

/// Where a schedule stands.
package struct ScheduleMark: Sendable, Hashable {
    package let id: ScheduleID
    /// The recurrence that `next` was worked out from, in words.
    package let recurrence: String
    /// When it triggered its task last.
    package var last: Instant?
    /// Its next moment of the calendar. It triggers its task so much later as its spread says.
    package var next: Instant
    /// Since when somebody holds it back, and who.
    package var pausedAt: Instant?
    package var pausedBy: String?
    /// The last moment of the calendar that did not run, and why.
    package var skipped: Instant?
    package var skipReason: SkipReason?

    package init(id: ScheduleID, recurrence: String, last: Instant?, next: Instant) {
        self.id = id
        self.recurrence = recurrence
        self.last = last
        self.next = next
    }
}

/// Why an elapse did not run.
package enum SkipReason: String, Sendable, Hashable, CaseIterable {
    /// Nobody was there when it came, and a later one ran for it, or none was to.
    case missed
    /// An earlier run was unfinished.
    case unfinished
    /// Too many of its runs waited already.
    case full
    /// It was paused.
    case paused

    package var words: Text {
        switch self {
        case .missed: Text(fr: "manquée : le démon ne tournait pas", en: "missed: the daemon was not running")
        case .unfinished:
            Text(fr: "l'exécution précédente n'était pas finie", en: "the run before it was unfinished")
        case .full: Text(fr: "trop d'exécutions attendaient déjà", en: "too many of its runs waited already")
        case .paused: Text(fr: "en pause", en: "paused")
        }
    }
}

extension StagedChanges {
    mutating func mark(_ schedule: ScheduleMark) {
        changes.schedules[schedule.id] = schedule
    }
}
