import Civil
import JSON
import Wording

extension Instant {
    /// A time that is typed for an option: local without an offset.
    init(typed text: String, in option: String) throws(Failure) {
        guard let moment = WrittenTime(text)?.instant(in: Console.current.zone) else {
            throw Failure(noTime: .noTime(text, in: option), in: option)
        }
        self = moment
    }
}

extension LocalDate {
    /// A day that is typed for an option: day first, or in ISO 8601.
    init(typed text: String, in option: String) throws(Failure) {
        guard let day = LocalDate(typed: text.trimmed) else {
            throw Failure(
                noTime: Text(
                    fr: "\(option) : « \(text) » n'est pas un jour comme 24/12/2026 ou 2026-12-24",
                    en: "\(option): \"\(text)\" is not a day such as 24/12/2026 or 2026-12-24"),
                in: option)
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
    /// What is wrong with an option that does not have the form of `WrittenTime`.
    static func noTime(_ text: String, in option: String) -> Text {
        Text(
            fr:
                "\(option) : « \(text) » n'est pas un moment comme 2026-11-24T09:00 (heure locale) ou 2026-11-24T08:00:00Z",
            en: "\(option): \"\(text)\" is not a time such as 2026-11-24T09:00 (local) or 2026-11-24T08:00:00Z")
    }
}
