import ArgumentParser
import Civil
import ConciergeProtocol
import Wording

/// The options by which requests are listed and counted.
struct RequestFilters: ParsableArguments {
    @Option(help: "Only those of this service.")
    var service: String?

    @Option(help: "Only those in this state.")
    var state: String?

    @Option(
        help: "Only those of this resident: an id, or words that find residents of the directory, all of whom count.")
    var resident: String?

    @Option(help: "Only those about this place, as for requests open; a residence includes all of its places.")
    var about: String?

    @Option(
        help: "Only those of this residence: about it and its places, and about no place for somebody who lives there.")
    var residence: String?

    @Flag(help: "Only those that are not closed.")
    var open = false

    @Flag(help: "Only those that are late: a promise has been missed, and it is still to be done.")
    var late = false

    @Flag(help: "Only those that wait because their provider does not serve.")
    var unattended = false

    @Option(
        help: ArgumentHelp(
            "Only those that were opened from this day or time on, such as 1/12/2026.", valueName: "time"))
    var since: String?

    @Option(
        help: ArgumentHelp(
            "Only those that were opened until then: a day counts to its end, such as 31/12/2026.", valueName: "time"))
    var until: String?

    /// Sets what the options say.
    func fill(_ call: inout some RequestFilter) throws(Failure) {
        call.service = service
        call.state = state
        call.resident = resident
        call.about = about
        call.residence = residence
        if open { call.open = true }
        if late { call.late = true }
        if unattended { call.unattended = true }
        call.since = try Self.moment(since, "--since")
        call.until = try Self.moment(until, "--until", isEnd: true)
    }

    /// A moment that is typed for an option; of a day, its beginning or its end.
    private static func moment(_ text: String?, _ option: String, isEnd: Bool = false) throws(Failure) -> Instant? {
        guard let text else { return nil }
        guard let day = LocalDate(typed: text.trimmed) else { return try Instant(typed: text, in: option) }
        return Console.current.zone.instant(of: isEnd ? day.adding(days: 1) : day, at: TimeOfDay(minutes: 0))
    }
}
