import ArgumentParser
import JSON
import Wording

struct ShowStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "How the daemon is, and which provider needs attention.")

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(.status) { connection, reply, console in
            let providers = try await connection.call(.providers).list("providers", of: Provider.init)
            try console.print(try StatusCard(reply, providers).lines(console))
        }
    }
}

/// What `status` shows.
struct StatusCard {
    let status: JSONObject
    let providers: [Provider]

    init(_ status: JSONObject, _ providers: [Provider]) {
        self.status = status
        self.providers = providers
    }

    func lines(_ console: Console) throws(Failure) -> [String] {
        let times = TimeFormat(console)
        let state = try status.string("state")
        let since = times.both(try status.string("started_at"))
        let title = Text(
            fr: "concierged \(try status.string("version")), \(stateName(state)), depuis \(since)",
            en: "concierged \(try status.string("version")), \(stateName(state)), since \(since)")
        var card = Card()
        let serving = try status.int("providers_serving")
        let all = try status.int("providers")
        card.add(
            Text(fr: "Fournisseurs", en: "Providers"),
            Text(fr: "\(serving) en service sur \(all)", en: "\(serving) of \(all) serving")[console.language],
            colour: serving < all ? .yellow : nil)
        card.add(Text(fr: "Demandes ouvertes", en: "Open requests"), "\(try status.int("open_requests"))")
        card.add(Text(fr: "Délais en cours", en: "Pending timers"), "\(try status.int("pending_timers"))")
        card.add(Text(fr: "Prochaine échéance", en: "Next due"), times.both(status.optionalString("next_due")))
        let (left, leftRuns) = (
            (try? status.int("requests_unattended")) ?? 0, (try? status.int("runs_unattended")) ?? 0
        )
        if left + leftRuns > 0 {
            card.add(
                Text(fr: "Sans fournisseur", en: "Unattended"),
                Self.both(left, leftRuns)[console.language],
                colour: .yellow)
        }
        let (queued, running, failed) = (
            try status.int("runs_queued"), try status.int("runs_running"), try status.int("runs_failed")
        )
        card.add(
            Text(fr: "Exécutions", en: "Runs"),
            Text(
                fr: "\(queued) en attente, \(running) en cours, \(failed) \(failed < 2 ? "échouée" : "échouées")",
                en: "\(queued) queued, \(running) running, \(failed) failed")[console.language],
            colour: failed > 0 ? .red : nil)
        let (requestsHeld, runsHeld) = (
            status["requests_quarantined"]?.intValue ?? 0, status["runs_quarantined"]?.intValue ?? 0
        )
        if requestsHeld + runsHeld > 0 {
            card.add(
                Text(fr: "En quarantaine", en: "In quarantine"),
                Self.both(requestsHeld, runsHeld)[console.language],
                colour: .red)
        }
        let trouble = status.optionalWords("store_trouble")
        card.add(
            Text(fr: "Registre", en: "Ledger"), try status.string("store"), colour: trouble == nil ? nil : .red)
        if let trouble {
            let since = times.both(status.optionalString("store_trouble_since"))
            card.add(
                Text(fr: "Lecture seule", en: "Reading only"),
                Text(fr: "\(trouble), depuis \(since)", en: "\(trouble), since \(since)")[console.language],
                colour: .red)
        }
        if let size = status["log_held_size"]?.intValue, let holder = status["log_held_by"]?.stringValue {
            card.add(
                Text(fr: "Journal du registre", en: "Ledger's log"),
                Text(
                    fr: "\(size >> 20) Mio, retenu par un autre programme qui lit le registre (\(holder))",
                    en: "\(size >> 20) MiB, held by another program that reads the ledger (\(holder))")[
                        console.language
                    ]
                    .inOneLine, colour: .yellow)
        }
        return [title[console.language].inOneLine] + card.lines(console) + troubles(console, times)
    }

    private static func both(_ requests: Int64, _ runs: Int64) -> Text {
        let (requests, runs) = (Text.requests(requests), Text.runs(runs))
        return Text(fr: "\(requests), \(runs)", en: "\(requests), \(runs)")
    }

    private func stateName(_ state: String) -> Text {
        switch state {
        case "serving": Text(fr: "en service", en: "serving")
        case "stopping": Text(fr: "en cours d'arrêt", en: "stopping")
        default: Text(verbatim: state)
        }
    }

    private func troubles(_ console: Console, _ times: TimeFormat) -> [String] {
        let troubled = providers.filter { $0.state != "serving" || !$0.holds.isEmpty }
        guard !troubled.isEmpty else { return [] }
        let title = Text(fr: "Demandent attention :", en: "Need attention:")
        return ["", title[console.language]]
            + troubled.map { provider in
                let colour: Colour? = provider.state == "serving" ? .yellow : provider.stateColour
                let state = console.paint(provider.standing[console.language], colour)
                let name = "  \(provider.id) (\(provider.name[console.language].inOneLine))"
                var line = name + Text(fr: " : ", en: ": ")[console.language] + state
                if let reason = provider.why(console) { line += ", \(reason.inOneLine)" }
                if let waiting = provider.unattended, waiting > 0 {
                    line +=
                        Text(fr: " ; demandes en attente : \(waiting)", en: "; requests waiting: \(waiting)")[
                            console.language]
                }
                if let retry = provider.retryAt ?? provider.holds.compactMap(\.until).first {
                    let again = times.relative(retry)
                    line += Text(fr: " ; nouvel essai \(again)", en: "; tried again \(again)")[console.language]
                }
                return line
            }
    }
}
