public import ConciergeKit

/// The provider's section of the configuration.
public struct HealthSettings: Settings {
    @Setting(
        "Who receives, by id. There is nobody by default, and then no appointment can be booked.",
        example: ["dr-martin": .example])
    var practitioners: [String: PractitionerSettings] = [:]
    @Setting(
        "Where the appointments are, as messages say it; better without what it is for.", example: "3 rue des Lilas")
    var place: String?
    @Setting("The telephone number by which residents cancel or move; the lodge otherwise.", example: "01 23 45 67 89")
    var phone: String?
    @Setting("How long before the start the resident is reminded, each time.", in: 0...5)
    var reminders: [Duration] = [.hours(48), .hours(2)]
    @Setting("How far ahead a slot can be booked.", in: .days(1)...(.days(366)))
    var horizon: Duration = .days(60)
    @Setting("How long a slot is held for a resident who has not decided.", in: .seconds(1)...(.days(7)))
    var holdFor: Duration = .minutes(30)
    @Setting("How long a slot that came free is kept for a resident of the waiting list.", in: .minutes(1)...(.days(7)))
    var offerFor: Duration = .hours(24)
    @Setting("From how long before the start a resident cannot cancel or move any more; 0 for no such limit.")
    var cancelCutOff: Duration = .zero
    @Setting("When on the day of an appointment staff are asked for what nobody has noted.")
    var settleAt = TimeOfDay(minutes: 19 * 60)
    @Setting("The consent of a resident to messages that name the practitioner and the kind.")
    var detailsConsent = "health-details"
    @Setting("When the day sheet is made.")
    var daySheetAt = TimeOfDay(minutes: 7 * 60)

    /// The defaults.
    public init() {}

    /// Refuses ids that cannot be typed or that contain the separator of slot keys, and two practitioners in one room
    /// at the same time.
    public func check() throws(Mismatch) {
        for id in practitioners.keys.sorted() where id.utf8.count > 48 || !id.utf8.allSatisfy(isOfAnID) {
            throw $practitioners.wrong(
                "an id has small letters, digits and hyphens, 48 at most, like dr-martin", at: .key(id))
        }
        for reminder in reminders where reminder <= .zero {
            throw $reminders.wrong("a reminder comes before the start: write how long before")
        }
        try checkRooms()
    }

    private func checkRooms() throws(Mismatch) {
        var seen: [(id: String, settings: PractitionerSettings)] = []
        for (id, settings) in practitioners.sorted(by: { $0.key < $1.key }) {
            guard let room = settings.room.map(Folding.text) else { continue }
            for other in seen where other.settings.room.map(Folding.text) == room {
                guard let weekday = settings.meets(other.settings) else { continue }
                throw $practitioners.wrong(
                    "\(other.id) receives in the same room at the same hours on a \(weekday)", at: .key(id),
                    .key("room"))
            }
            seen.append((id, settings))
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
    @Setting("What they are. Staff may ask for anybody of a kind; messages say it only with the resident's consent.")
    var kind: String?
    @Setting("Where they receive, as messages say it. Two with the same room have no hours in common.")
    var room: String?
    @Setting("How long an appointment lasts: whole minutes.", in: .minutes(1)...(.days(1)))
    var slot: Duration = .minutes(20)
    @Setting("When they receive, by weekday: hours like 09:00-12:00. Not on the days off of the working calendar.")
    var hours: [Weekday: [Hours]]
    @Setting("Single days with other hours than the weekday's, also on days off; without hours they do not receive.")
    var exceptions: [LocalDate: [Hours]] = [:]

    static var example: Self {
        Self {
            $0.name = "Dr Martin"
            $0.kind = "general practitioner"
            $0.room = "Room 2"
            $0.hours = [
                .monday: ["09:00-12:00", "14:00-17:00"].compactMap { Hours($0) },
                .thursday: ["09:00-12:00"].compactMap { Hours($0) },
            ]
            if let day = LocalDate("2026-12-24") { $0.exceptions = [day: []] }
        }
    }

    private var slotMinutes: Int { Int(slot.components.seconds / 60) }

    func check() throws(Mismatch) {
        guard slot.components.seconds.isMultiple(of: 60) else { throw $slot.wrong("a slot lasts whole minutes") }
        for (weekday, openings) in hours.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            if let (index, reason) = mistake(in: openings) {
                throw $hours.wrong(reason, at: .key(weekday.rawValue), .index(index))
            }
        }
        for (date, openings) in exceptions.sorted(by: { $0.key < $1.key }) {
            if let (index, reason) = mistake(in: openings) {
                throw $exceptions.wrong(reason, at: .key("\(date)"), .index(index))
            }
        }
    }

    private func mistake(in openings: [Hours]) -> (index: Int, reason: String)? {
        for (index, opening) in openings.enumerated() {
            if opening.minutes < slotMinutes {
                return (index, "\"\(opening)\" is shorter than a slot of \(slotMinutes) minutes")
            }
            if let other = openings[..<index].first(where: { $0.overlaps(opening) }) {
                return (index, "\"\(opening)\" overlaps \(other)")
            }
        }
        return nil
    }

    /// The first weekday on which both receive at the same time; nil if there is none.
    func meets(_ other: PractitionerSettings) -> Weekday? {
        Weekday.allCases.first { weekday in
            (hours[weekday] ?? []).contains { own in (other.hours[weekday] ?? []).contains { $0.overlaps(own) } }
        }
    }

    func practitioner(id: String) -> Practitioner {
        func sorted(_ openings: [Hours]) -> [Hours] { openings.sorted { $0.start < $1.start } }
        return Practitioner(
            id: id, name: name, kind: kind, room: room,
            timetable: Timetable(
                slot: slotMinutes, week: hours.mapValues(sorted), exceptions: exceptions.mapValues(sorted)))
    }
}

private func isOfAnID(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
    default: false
    }
}
