import ArgumentParser
import Civil
import ConciergeProtocol
import Wording

/// The options by which requests are listed and counted.
struct RequestFilters: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            fr: "Seulement celles de ce service.", en: "Only those of this service.", value: .service))
    var service: String?

    @Option(
        help: ArgumentHelp(
            fr: "Seulement celles dans cet état.", en: "Only those in this state.",
            value: Text(fr: "état", en: "state")))
    var state: String?

    @Option(
        help: ArgumentHelp(
            fr: "Seulement celles de ce locataire : son identifiant, ou des mots ; tous ceux qu'ils trouvent comptent.",
            en: "Only those of this resident: an id, or words; all whom they find count.", value: .resident))
    var resident: String?

    @Option(
        help: ArgumentHelp(
            fr: "Seulement celles sur ce lieu ; une résidence comprend tous ses lieux.",
            en: "Only those about this place; a residence includes all of its places.", value: .place))
    var about: String?

    @Option(
        help: ArgumentHelp(
            fr:
                "Seulement celles de cette résidence : sur elle et ses lieux, et de qui y habite si elles n'ont pas de lieu.",
            en:
                "Only those of this residence: about it and its places, and about no place for somebody who lives there.",
            value: Text(fr: "résidence", en: "residence")))
    var residence: String?

    @Flag(help: ArgumentHelp(fr: "Seulement celles qui ne sont pas fermées.", en: "Only those that are not closed."))
    var open = false

    @Flag(
        help: ArgumentHelp(
            fr: "Seulement celles en retard : une promesse est manquée, et c'est encore à faire.",
            en: "Only those that are late: a promise has been missed, and it is still to be done."))
    var late = false

    @Flag(
        help: ArgumentHelp(
            fr: "Seulement celles qui attendent parce que leur module n'est pas en service.",
            en: "Only those that wait because their provider does not serve."))
    var unattended = false

    @Option(
        name: [.long, .customLong("depuis")],
        help: ArgumentHelp(
            fr: "Seulement celles ouvertes à partir de ce jour ou de ce moment : 1/12/2026, lundi.",
            en: "Only those that were opened from this day or time on: 1/12/2026, Monday.", value: .time))
    var since: String?

    @Option(
        name: [.long, .customLong("jusque")],
        help: ArgumentHelp(
            fr: "Seulement celles ouvertes jusque-là ; un jour compte jusqu'à sa fin : 31/12/2026.",
            en: "Only those that were opened until then; a day counts to its end: 31/12/2026.", value: .time))
    var until: String?

    /// Sets what the options say. The service and the state may have their names on the screen.
    func fill(_ call: inout some RequestFilter, _ connection: Connection) async throws(Failure) {
        (call.service, call.state) = (service, state)
        if service != nil || state != nil {
            let catalogue = try await connection.catalogue()
            // One that is not served may have requests all the same.
            if let service {
                call.service = catalogue.services[service]?.id ?? (try? catalogue.service(service).id) ?? service
            }
            if let state { call.state = try catalogue.state(state, ofService: call.service) }
        }
        (call.resident, call.about, call.residence) = (resident, about, residence)
        if open { call.open = true }
        if late { call.late = true }
        if unattended { call.unattended = true }
        call.since = try Instant.limit(since, "--since")
        call.until = try Instant.limit(until, "--until", isEnd: true)
    }
}
