package import ConciergeKit

/// The stored state of a schedule: its last and next elapse, and whether it is paused.
package struct ScheduleMark: Sendable, Hashable {
    package let id: ScheduleID
    /// The recurrence from which `next` was computed, as text.
    package let recurrence: String
    /// When the schedule last triggered its task.
    package var last: Instant?
    /// The next calendar moment of the schedule. The schedule triggers its task later than that by its fixed delay
    /// within its spread.
    package var next: Instant
    /// Since when the schedule is paused, and by whom; nil if it is not.
    package var pausedAt: Instant?
    package var pausedBy: String?
    /// The last calendar moment that did not run, and why.
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
    /// The daemon was not running at the moment of the elapse, and the schedule does not catch up with it.
    case missed
    /// An earlier run was unfinished.
    case unfinished
    /// Too many runs of the schedule were unfinished.
    case full
    /// The schedule was paused.
    case paused

    package var words: Text {
        switch self {
        case .missed: Text(fr: "manqué : concierged ne tournait pas", en: "missed: the daemon was not running")
        case .unfinished:
            Text(fr: "le traitement précédent n'était pas fini", en: "the run before it was unfinished")
        case .full: Text(fr: "trop de traitements attendaient déjà", en: "too many of its runs waited already")
        case .paused: Text(fr: "en pause", en: "paused")
        }
    }
}

extension StagedChanges {
    mutating func mark(_ schedule: ScheduleMark) {
        changes.schedules[schedule.id] = schedule
    }
}
