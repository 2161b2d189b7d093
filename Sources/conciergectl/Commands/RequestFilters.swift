import ArgumentParser
import Civil
import ConciergeProtocol
import Wording

/// The options by which requests are listed and counted.
struct RequestFilters: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            fr: "Seulement celles de ce service.",
            en: "Only those of this service.", value: Text(verbatim: "service")))
    var service: String?

    @Option(
        help: ArgumentHelp(
            fr: "Seulement celles dans cet état.",
            en: "Only those in this state.", value: Text(fr: "état", en: "state")))
    var state: String?

    @Option(
        help: ArgumentHelp(
            fr: """
                Seulement celles de ce locataire : un identifiant, ou des mots qui désignent des locataires de \
                l'annuaire ; tous comptent.
                """,
            en: """
                Only those of this resident: an id, or words that find residents of the directory, all of whom \
                count.
                """, value: Text(fr: "locataire", en: "resident")))
    var resident: String?

    @Option(
        help: ArgumentHelp(
            fr: """
                Seulement celles de ce lieu, comme pour requests open ; une résidence comprend tous ses lieux.
                """,
            en: """
                Only those about this place, as for requests open; a residence includes all of its places.
                """, value: Text(fr: "lieu", en: "place")))
    var about: String?

    @Option(
        help: ArgumentHelp(
            fr: """
                Seulement celles de cette résidence : sur elle et ses lieux, et sans lieu pour qui y habite.
                """,
            en: """
                Only those of this residence: about it and its places, and about no place for somebody who lives \
                there.
                """, value: Text(fr: "résidence", en: "residence")))
    var residence: String?

    @Flag(help: ArgumentHelp(fr: "Seulement celles qui ne sont pas fermées.", en: "Only those that are not closed."))
    var open = false

    @Flag(
        help: ArgumentHelp(
            fr: "Seulement celles en retard : un engagement est manqué, et reste à tenir.",
            en: "Only those that are late: a promise has been missed, and it is still to be done."))
    var late = false

    @Flag(
        help: ArgumentHelp(
            fr: "Seulement celles qui attendent parce que leur module n'est pas en service.",
            en: "Only those that wait because their provider does not serve."))
    var unattended = false

    @Option(
        help: ArgumentHelp(
            fr: "Seulement celles ouvertes à partir de là, par exemple lundi ou 1/12/2026.",
            en: "Only those that were opened from this day or time on, such as 1/12/2026.",
            value: Text(fr: "moment", en: "time")))
    var since: String?

    @Option(
        help: ArgumentHelp(
            fr: """
                Seulement celles ouvertes jusque-là ; un jour compte jusqu'à sa fin, par exemple hier ou 31/12/2026.
                """,
            en: "Only those that were opened until then: a day counts to its end, such as 31/12/2026.",
            value: Text(fr: "moment", en: "time")))
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

    /// With the ids of the service and the state that are meant by their names. What nothing served has by a name is left
    /// as it is: its requests may still be there.
    func named(_ common: Common) async throws -> RequestFilters {
        guard service != nil || state != nil else { return self }
        var filters = self
        try await common.withConnection { connection in
            let catalogue = try await connection.catalogue()
            if let service {
                do throws(Failure) {
                    filters.service = try catalogue.service(service).id
                } catch {
                    if error.name == "conciergectl.Ambiguous" { throw error }
                }
            }
            if let state {
                do throws(Failure) {
                    filters.state = try catalogue.state(state, ofService: filters.service)
                } catch {
                    if error.name == "conciergectl.Ambiguous" { throw error }
                }
            }
        }
        return filters
    }

    /// A moment that is typed for an option; of a day, its beginning or its end.
    private static func moment(_ text: String?, _ option: String, isEnd: Bool = false) throws(Failure) -> Instant? {
        guard let text else { return nil }
        let console = Console.current
        let read = try? SpokenTime(text, now: console.now(), zone: console.zone, direction: .back)
        guard case .day(let day) = read else { return try Instant(typed: text, in: option, .back) }
        return console.zone.instant(of: isEnd ? day.adding(days: 1) : day, at: TimeOfDay(minutes: 0))
    }
}
