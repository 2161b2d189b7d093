import ConciergeEngine
import ConciergeKit
import Wording

extension DaemonConfiguration {
    /// A valid part of the configuration that is probably a mistake: a name that does not exist, or a moment that never
    /// comes.
    ///
    /// It is not an error. A provider may be unavailable for a while, and a date that has passed must not prevent the
    /// daemon from starting.
    struct Doubt: Sendable {
        let path: [String]
        let reason: String
        var suggestion: Text?

        /// One line without the file and line number.
        var description: String {
            "\(path.joined(separator: ".")): \(reason)" + (suggestion.map { "; \($0.en)" } ?? "")
        }
    }

    /// The doubts about this configuration while `registry` is served, at the moment `now`.
    func doubts(serving registry: Registry, at now: Instant) -> [Doubt] {
        var doubts: [Doubt] = []
        let services = registry.serviceIDs.map(\.rawValue)
        for service in retention.closedRequestsOf.keys.sorted() where !services.contains(service) {
            doubts.append(
                Doubt(
                    path: ["retention", "closed_requests_of", service], reason: "no such service is served now",
                    suggestion: NearestName.suggestion(for: service, among: services.sorted())))
        }
        for (id, section) in schedules.sorted(by: { $0.key < $1.key }) {
            if registry.schedules[ScheduleID(id)] == nil {
                doubts.append(
                    Doubt(
                        path: ["schedules", id], reason: "nobody offers this schedule now",
                        suggestion: NearestName.suggestion(
                            for: id, among: registry.schedules.keys.map(\.rawValue).sorted())))
            }
            if let calendar = section.calendar,
                Recurrence.calendar(calendar, in: section.timeZone ?? lodge.timeZone).next(after: now)
                    >= Recurrence.never
            {
                doubts.append(
                    Doubt(path: ["schedules", id, "calendar"], reason: "\"\(calendar)\" never elapses from now on"))
            }
        }
        for schedule in registry.schedules.values.sorted(by: { $0.id < $1.id })
        where schedules[schedule.id]?.calendar == nil && schedule.recurrence.next(after: now) >= Recurrence.never {
            doubts.append(Doubt(path: ["schedules", schedule.id], reason: "it never elapses from now on"))
        }
        let outside = registry.providers.flatMap(\.tasks).filter { $0.executor == .worker }.map(\.id).sorted()
        for (group, tasks) in (access?.workers ?? [:]).sorted(by: { $0.key < $1.key }) {
            for task in tasks where !outside.contains(task) {
                doubts.append(
                    Doubt(
                        path: ["access", "workers", group], reason: "no task \"\(task)\" is for workers now",
                        suggestion: NearestName.suggestion(for: task, among: outside)))
            }
        }
        for (name, section) in workingCalendars.sorted(by: { $0.key < $1.key })
        where section.hours.values.allSatisfy(\.isEmpty) {
            doubts.append(
                Doubt(
                    path: ["working_calendars", name, "hours"],
                    reason: "it is never open: a promise in working time never ends"))
        }
        let offered = registry.serviceIDs.map(\.rawValue).sorted()
        for (name, section) in offers.sorted(by: { $0.key < $1.key }) where !offered.contains(section.service) {
            doubts.append(
                Doubt(
                    path: ["offers", name, "service"], reason: "nobody serves it now",
                    suggestion: NearestName.suggestion(for: section.service, among: offered)))
        }
        if workingCalendars.count > 1, lodge.workingCalendar == nil {
            doubts.append(
                Doubt(
                    path: ["working_calendars"],
                    reason:
                        "none of them is the lodge's (lodge.working_calendar): promises of providers that none of them "
                        + "names are counted Monday to Friday, 8:00 to 12:00 and 13:30 to 17:30"))
        }
        return doubts
    }
}
