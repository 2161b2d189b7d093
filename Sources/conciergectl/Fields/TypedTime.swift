import Civil
import JSON
import Wording

extension Instant {
    /// A time that is typed for an option, in the forms of ``SpokenTime``; a day alone is its beginning.
    init(
        typed text: String, in option: String, _ direction: SpokenTime.Direction = .ahead
    ) throws(Failure) {
        let console = Console.current
        let read = Result { () throws(SpokenTime.Mistake) in
            try SpokenTime(text, now: console.now(), zone: console.zone, direction: direction)
        }
        guard case .success(let time) = read, let moment = time.instant(in: console.zone) else {
            throw Failure(noTime: .noTime(text, in: option, read), in: option)
        }
        self = moment
    }
}

extension Instant {
    /// A moment that limits what is listed or counted: of a day, its first moment, or as an end the first one after it. Nil
    /// if nothing was typed.
    ///
    /// - Parameter isEnd: Whether what is before it counts.
    static func limit(_ text: String?, _ option: String, isEnd: Bool = false) throws(Failure) -> Instant? {
        guard let text else { return nil }
        let console = Console.current
        let read = try? SpokenTime(text, now: console.now(), zone: console.zone, direction: .back)
        guard case .day(let day)? = read else { return try Instant(typed: text, in: option, .back) }
        return console.zone.instant(of: isEnd ? day.adding(days: 1) : day, at: TimeOfDay(minutes: 0))
    }
}

extension LocalDate {
    /// A day that is typed for an option, in the forms of ``SpokenTime``.
    init(
        typed text: String, in option: String, _ direction: SpokenTime.Direction = .ahead
    ) throws(Failure) {
        let console = Console.current
        let read = Result { () throws(SpokenTime.Mistake) in
            try SpokenTime(text, now: console.now(), zone: console.zone, direction: direction)
        }
        guard case .success(.day(let day)) = read else {
            var message = Text(
                fr: "\(option) : « \(text) » n'est pas un jour comme demain, lundi, 24/12 ou 24/12/2026",
                en: "\(option): \"\(text)\" is not a day such as tomorrow, Monday, 24/12 or 2026-12-24")
            if case .failure(let mistake) = read, let words = mistake.words {
                message = Text(fr: "\(option) : « \(text) » \(words)", en: "\(option): \"\(text)\" \(words)")
            }
            throw Failure(noTime: message, in: option)
        }
        self = day
    }

    /// The day of an option as it is sent; nil if it is not given.
    static func sent(_ text: String?, in option: String) throws(Failure) -> String? {
        guard let text else { return nil }
        return try LocalDate(typed: text, in: option).description
    }
}

extension Failure {
    /// An option that is not a time, or not what is composed of times.
    init(noTime message: Text, in option: String) {
        self.init(
            status: .refused, name: "conciergectl.InvalidTime", parameters: ["option": .string(option)],
            message: message)
    }
}

extension Text {
    /// A month of the wire, `2026-12`, as people write it; another text as it is.
    static func month(_ text: String) -> Text {
        guard let first = LocalDate(text + "-01") else { return Text(verbatim: text) }
        return Text(fr: "\(first, .month)", en: "\(first, .month)")
    }

    /// A moment with its day of the week and its year: `lundi 21 décembre 2026 à 9 h 40`.
    static func moment(_ instant: Instant, in zone: Zone) -> Text {
        Text(fr: "\(instant, .dayAndYear) à \(instant, .time)", en: "\(instant, .dayAndYear), \(instant, .time)")
            .said(in: zone)
    }

    /// What is wrong with an option that is no time, or one that the clocks skip.
    static func noTime(
        _ text: String, in option: String, _ read: Result<SpokenTime, SpokenTime.Mistake> = .failure(.notUnderstood)
    ) -> Text {
        let reason: Text =
            switch read {
            case .success:
                Text(
                    fr: "n'existe pas ici : les horloges passent à l'heure d'été",
                    en: "does not exist here: the clocks go forward")
            case .failure(let mistake):
                mistake.words
                    ?? Text(
                        fr: "n'est pas un moment comme demain 9h40, lundi 14h ou 24/11/2026 9h",
                        en: "is not a time such as tomorrow 9:40, Monday 14:00 or 2026-11-24 09:00")
            }
        return Text(fr: "\(option) : « \(text) » \(reason)", en: "\(option): \"\(text)\" \(reason)")
    }
}
