import Civil
public import Wording

extension WeeklyHours {
    /// `du lundi au vendredi, 8 h – 12 h et 13 h 30 – 17 h 30 ; le samedi, 9 h – 12 h`: weekdays with the same openings
    /// are said together. Without any opening, that there is none.
    public var words: Text {
        guard !isEmpty else { return Text(fr: "aucune heure d'ouverture", en: "no opening hours") }
        var groups: [(weekdays: [Int], openings: [Opening])] = []
        for (weekday, openings) in days.enumerated() where !openings.isEmpty {
            if let index = groups.firstIndex(where: { $0.openings == openings }) {
                groups[index].weekdays.append(weekday)
            } else {
                groups.append(([weekday], openings))
            }
        }
        let parts = groups.map { group in
            let (days, hours) = (Self.words(for: group.weekdays), group.openings.map(\.words))
            return Text(fr: "\(days), \(hours)", en: "\(days), \(hours)")
        }
        return parts.dropFirst().reduce(parts[0]) { Text(fr: "\($0) ; \($1)", en: "\($0); \($1)") }
    }

    private static func words(for weekdays: [Int]) -> Text {
        let names = weekdays.map { Weekday.allCases[$0].words }
        guard weekdays.count < 7 else { return Text(fr: "tous les jours", en: "every day") }
        if weekdays.count > 2, let first = weekdays.first, let last = weekdays.last, last - first + 1 == weekdays.count
        {
            return Text(
                fr: "du \(Weekday.allCases[first].words) au \(Weekday.allCases[last].words)",
                en: "\(Weekday.allCases[first].words) to \(Weekday.allCases[last].words)")
        }
        return Text(fr: "le \(names)", en: "\(names)")
    }
}
