public import Civil
public import Wording

/// A public holiday of France or of a part of it (Code du travail L3133-1, L3134-13, L3422-2), as it has been since 1983.
/// A holiday on a Sunday moves to no other day.
public enum PublicHoliday: String, Sendable, Hashable, CaseIterable, Codable {
    // The names are the documentation.
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case newYear = "new-year"
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case goodFriday = "good-friday"
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case easterMonday = "easter-monday"
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case labourDay = "labour-day"
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case victory = "victory"
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case ascension = "ascension"
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case whitMonday = "whit-monday"
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case nationalDay = "national-day"
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case assumption = "assumption"
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case allSaints = "all-saints"
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case armistice = "armistice"
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case christmas = "christmas"
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case saintStephen = "saint-stephen"
    /// The abolition of slavery, on a day that each overseas department has of its own.
    case abolition = "abolition"

    /// The name on calendars, with a capital letter in French.
    public var words: Text {
        switch self {
        case .newYear: Text(fr: "Jour de l'an", en: "New Year's Day")
        case .goodFriday: Text(fr: "Vendredi saint", en: "Good Friday")
        case .easterMonday: Text(fr: "Lundi de Pâques", en: "Easter Monday")
        case .labourDay: Text(fr: "Fête du Travail", en: "Labour Day")
        case .victory: Text(fr: "Fête de la Victoire", en: "Victory Day")
        case .ascension: Text(fr: "Ascension", en: "Ascension Day")
        case .whitMonday: Text(fr: "Lundi de Pentecôte", en: "Whit Monday")
        case .nationalDay: Text(fr: "Fête nationale", en: "Bastille Day")
        case .assumption: Text(fr: "Assomption", en: "Assumption Day")
        case .allSaints: Text(fr: "Toussaint", en: "All Saints' Day")
        case .armistice: Text(fr: "Armistice", en: "Armistice Day")
        case .christmas: Text(fr: "Noël", en: "Christmas Day")
        case .saintStephen: Text(fr: "Saint-Étienne", en: "St Stephen's Day")
        case .abolition: Text(fr: "Abolition de l'esclavage", en: "Abolition of Slavery")
        }
    }

    /// The holidays of a year in their order, each day once. Where two fall on one day, as 1 May and Ascension in 2008,
    /// the fixed one names it.
    ///
    /// - Parameter goodFriday: Whether Good Friday is one; it is in some communes of Alsace and Moselle only.
    public static func holidays(
        of year: Int, in region: HolidayRegion, goodFriday: Bool
    ) -> [(date: LocalDate, holiday: PublicHoliday)] {
        days(of: year, in: region, goodFriday: goodFriday).map { (LocalDate(daysSinceEpoch: $0.day), $0.holiday) }
    }

    /// The same in days after 1970-01-01.
    static func days(
        of year: Int, in region: HolidayRegion, goodFriday: Bool
    ) -> [(day: Int, holiday: PublicHoliday)] {
        var days: [(day: Int, holiday: PublicHoliday)] = []
        days.reserveCapacity(14)
        func add(_ month: Int, _ day: Int, _ holiday: PublicHoliday) {
            guard let date = LocalDate(year: year, month: month, day: day) else { return }
            days.append((date.daysSinceEpoch, holiday))
        }
        add(1, 1, .newYear)
        add(5, 1, .labourDay)
        add(5, 8, .victory)
        add(7, 14, .nationalDay)
        add(8, 15, .assumption)
        add(11, 1, .allSaints)
        add(11, 11, .armistice)
        add(12, 25, .christmas)
        switch region.law {
        case .france: break
        case .alsaceMoselle: add(12, 26, .saintStephen)
        case .overseas(let month, let day): add(month, day, .abolition)
        }
        if let easter = easterSunday(of: year) {
            var movable = [(1, PublicHoliday.easterMonday), (39, .ascension), (50, .whitMonday)]
            if goodFriday { movable.append((-2, .goodFriday)) }
            for (distance, holiday) in movable where !days.contains(where: { $0.day == easter + distance }) {
                days.append((easter + distance, holiday))
            }
        }
        days.sort { $0.day < $1.day }
        return days
    }

    /// Easter Sunday in days after 1970-01-01, by the Gregorian calendar: "A New York correspondent", Nature, 20 April
    /// 1876, as in Meeus, Astronomical Algorithms, chapter 8.
    static func easterSunday(of year: Int) -> Int? {
        let (a, b, c) = (year % 19, year / 100, year % 100)
        let g = (8 * b + 13) / 25
        let h = (19 * a + b - b / 4 - g + 15) % 30
        let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7
        let m = (a + 11 * h + 22 * l) / 451
        let n = h + l - 7 * m + 114
        return LocalDate(year: year, month: n / 31, day: n % 31 + 1)?.daysSinceEpoch
    }
}
