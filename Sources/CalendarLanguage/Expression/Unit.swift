/// A part of a date or time of day, and what its numbers may be.
enum Unit {
    case year, month, day, dayFromEnd, hour, minute, second

    /// What a written number is multiplied by: seconds are kept as microseconds.
    var scale: Int { self == .second ? 1_000_000 : 1 }

    /// The values that can be named. From its end only those days of the month that every month has.
    var range: ClosedRange<Int> {
        switch self {
        case .year: 1970...2199
        case .month: 1...12
        case .day: 1...31
        case .dayFromEnd: 1...28
        case .hour: 0...23
        case .minute: 0...59
        case .second: 0...59_999_999
        }
    }

    /// Digits that the normalised form has at least.
    var digits: Int { self == .year ? 4 : 2 }

    var words: (fr: String, en: String) {
        switch self {
        case .year: ("l'année", "the year")
        case .month: ("le mois", "the month")
        case .day: ("le jour", "the day")
        case .dayFromEnd: ("le jour compté depuis la fin du mois", "the day counted from the end of the month")
        case .hour: ("l'heure", "the hour")
        case .minute: ("la minute", "the minute")
        case .second: ("la seconde", "the second")
        }
    }
}
