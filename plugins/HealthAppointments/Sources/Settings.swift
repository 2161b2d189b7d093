public import ConciergeKit

/// The provider's section of the configuration.
public struct HealthSettings: Settings {
    @Setting(
        "Who receives, by id. There is nobody by default, and then no appointment can be booked.",
        example: ["dr-martin": .example])
    var practitioners: [String: PractitionerSettings] = [:]
    @Setting("How long before the start the resident is reminded; 0 for no reminder.")
    var reminder: Duration = .hours(24)
    @Setting("How far ahead a slot can be booked.", in: .days(1)...)
    var horizon: Duration = .days(60)
    @Setting("From how long before the start an appointment cannot be cancelled any more; 0 for no such limit.")
    var cancelCutOff: Duration = .zero
    @Setting("When the day sheet is made.")
    var daySheetAt = TimeOfDay(minutes: 7 * 60)

    /// The defaults.
    public init() {}

    /// Refuses ids that cannot be typed, or that contain the separator of slot keys.
    public func check() throws(Mismatch) {
        for id in practitioners.keys.sorted() where !id.utf8.allSatisfy(isOfAnID) {
            throw $practitioners.wrong("an id has small letters, digits and hyphens, like dr-martin", at: .key(id))
        }
    }

    /// The medical house that the section describes.
    func practice(in zone: Zone) -> Practice {
        let known = practitioners.map { id, settings in (id, settings.practitioner(id: id)) }
        return Practice(practitioners: Dictionary(uniqueKeysWithValues: known), zone: zone)
    }
}

/// A practitioner's section of the configuration.
struct PractitionerSettings: Settings {
    @Setting("What people call them.")
    var name: String
    @Setting("If it is to be shown.")
    var role: String?
    @Setting("How long an appointment lasts: whole minutes.", in: .minutes(1)...(.days(1)))
    var slot: Duration = .minutes(20)
    @Setting("When they receive, by weekday: hours like 09:00-12:00.")
    var hours: [Weekday: [Hours]]

    static var example: Self {
        Self {
            $0.name = "Dr Martin"
            $0.role = "general practitioner"
            $0.hours = [
                .monday: ["09:00-12:00", "14:00-17:00"].compactMap { Hours($0) },
                .thursday: ["09:00-12:00"].compactMap { Hours($0) },
            ]
        }
    }

    private var slotMinutes: Int { Int(slot.components.seconds / 60) }

    func check() throws(Mismatch) {
        guard slot.components.seconds.isMultiple(of: 60) else { throw $slot.wrong("a slot lasts whole minutes") }
        for (weekday, openings) in hours.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for (index, opening) in openings.enumerated() {
                func wrong(_ reason: String) -> Mismatch {
                    $hours.wrong("\"\(opening)\" \(reason)", at: .key(weekday.rawValue), .index(index))
                }
                guard opening.minutes >= slotMinutes else {
                    throw wrong("is shorter than a slot of \(slotMinutes) minutes")
                }
                if let other = openings[..<index].first(where: { $0.overlaps(opening) }) {
                    throw wrong("overlaps \(other)")
                }
            }
        }
    }

    func practitioner(id: String) -> Practitioner {
        Practitioner(
            id: id, name: name, role: role,
            timetable: Timetable(slot: slotMinutes, week: hours.mapValues { $0.sorted { $0.start < $1.start } }))
    }
}

private func isOfAnID(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
    default: false
    }
}
