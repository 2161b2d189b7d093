import ConciergeKit

extension Settings {
    /// The medical house that the section describes.
    func practice(in zone: Zone) throws(ProviderError) -> Practice {
        guard horizon.duration >= .days(1) else {
            throw .invalidConfiguration(key: "horizon", reason: "bookings must be open for a day ahead at least")
        }
        var known: [String: Practitioner] = [:]
        for (id, settings) in practitioners.sorted(by: { $0.key < $1.key }) {
            known[id] = try settings.practitioner(id: id)
        }
        return Practice(practitioners: known, zone: zone)
    }
}

extension PractitionerSettings {
    func practitioner(id: String) throws(ProviderError) -> Practitioner {
        let key = "practitioners.\(id)"
        guard !id.isEmpty, id.utf8.allSatisfy(isOfAnID) else {
            throw .invalidConfiguration(key: key, reason: "an id has small letters, digits and hyphens, like dr-martin")
        }
        guard name.contains(where: { !$0.isWhitespace }) else {
            throw .invalidConfiguration(key: "\(key).name", reason: "the name is empty")
        }
        let seconds = slot.duration.components.seconds
        guard seconds > 0, seconds.isMultiple(of: 60), seconds <= 86_400 else {
            throw .invalidConfiguration(key: "\(key).slot", reason: "a slot lasts whole minutes, a day at most")
        }
        let minutes = Int(seconds / 60)
        var week: [Weekday: [Opening]] = [:]
        for (word, ranges) in hours.sorted(by: { $0.key < $1.key }) {
            let key = "\(key).hours.\(word)"
            guard let weekday = Weekday(rawValue: word) else {
                throw .invalidConfiguration(
                    key: key,
                    reason: "\"\(word)\" is not a weekday; they are "
                        + Weekday.allCases.map(\.rawValue).joined(separator: ", "))
            }
            week[weekday] = try openings(ranges, key: key, slot: minutes)
        }
        return Practitioner(id: id, name: name, role: role, timetable: Timetable(slot: minutes, week: week))
    }

    private func openings(_ ranges: [String], key: String, slot: Int) throws(ProviderError) -> [Opening] {
        var openings: [Opening] = []
        for (index, text) in ranges.enumerated() {
            guard let opening = Opening(text) else {
                throw .invalidConfiguration(
                    key: "\(key)[\(index)]", reason: "\"\(text)\" is not a range of hours like 09:00-12:00")
            }
            guard opening.minutes >= slot else {
                throw .invalidConfiguration(
                    key: "\(key)[\(index)]", reason: "\"\(text)\" is shorter than a slot of \(slot) minutes")
            }
            if let other = openings.first(where: { $0.overlaps(opening) }) {
                throw .invalidConfiguration(key: "\(key)[\(index)]", reason: "\"\(text)\" overlaps \(other)")
            }
            openings.append(opening)
        }
        return openings.sorted { $0.start < $1.start }
    }
}

private func isOfAnID(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
    default: false
    }
}
