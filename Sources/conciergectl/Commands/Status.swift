import ArgumentParser
import ConciergeProtocol
import Wording

struct ShowStatus: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "status",
            Text(
                fr: "Comment va concierged, et quel module demande attention.",
                en: "How the daemon is, and which provider needs attention."))
    }

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(ManagerMethods.Status()) { connection, status, console in
            try console.print(StatusCard(status, try await connection.providers()).lines(console))
        }
    }
}

/// The text that `status` prints.
struct StatusCard {
    let status: ManagerMethods.Status.Reply
    let providers: [Wire.Provider]

    init(_ status: ManagerMethods.Status.Reply, _ providers: [Wire.Provider]) {
        self.status = status
        self.providers = providers
    }

    func lines(_ console: Console) -> [String] {
        let times = TimeFormat(console)
        let (program, state) = (program, stateName)
        let since = times.both(status.startedAt)
        let title = Text(
            fr: "\(program), \(state), depuis le \(since)",
            en: "\(program), \(state), since \(since)")
        var card = Card()
        let (serving, all) = (status.providersServing, status.providers)
        card.add(
            Text(fr: "Modules", en: "Providers"),
            Text(fr: "\(serving) en service sur \(all)", en: "\(serving) of \(all) serving")[console.language],
            colour: serving < all ? .yellow : nil)
        let versions = providers.compactMap { provider in provider.version.map { "\(provider.id) \($0)" } }
        card.add(Text(verbatim: "Versions"), versions.joined(separator: ", "))
        card.add(Text(fr: "Demandes ouvertes", en: "Open requests"), "\(status.openRequests)")
        card.add(Text(fr: "Délais en cours", en: "Pending timers"), "\(status.pendingTimers)")
        card.add(Text(fr: "Prochaine échéance", en: "Next due"), status.nextDue.map { times.both($0) })
        let (left, leftRuns) = (status.requestsUnattended ?? 0, status.runsUnattended ?? 0)
        if left + leftRuns > 0 {
            card.add(
                Text(fr: "Sans module", en: "Unattended"),
                Self.both(left, leftRuns)[console.language],
                colour: .yellow)
        }
        if let signals = status.signalsUnattended, signals > 0 {
            card.add(
                Text(fr: "Signaux en attente", en: "Signals waiting"),
                Text(
                    fr: "\(signals), pour un module qui n'est pas en service",
                    en: "\(signals), for a provider that does not serve")[console.language],
                colour: .yellow)
        }
        let (queued, running, failed) = (status.runsQueued, status.runsRunning, status.runsFailed)
        card.add(
            Text(fr: "Traitements", en: "Runs"),
            Text(
                fr: "\(queued) en attente, \(running) en cours, \(failed) \(failed < 2 ? "échoué" : "échoués")",
                en: "\(queued) queued, \(running) running, \(failed) failed")[console.language],
            colour: failed > 0 ? .red : nil)
        let (requestsHeld, runsHeld) = (status.requestsQuarantined ?? 0, status.runsQuarantined ?? 0)
        if requestsHeld + runsHeld > 0 {
            card.add(
                Text(fr: "En quarantaine", en: "In quarantine"),
                Self.both(requestsHeld, runsHeld)[console.language],
                colour: .red)
        }
        let trouble = status.storeTrouble
        card.add(
            Text(fr: "Registre", en: "Ledger"), status.store, colour: trouble == nil ? nil : .red)
        if let trouble {
            let since = status.storeTroubleSince.map { times.both($0) } ?? ""
            card.add(
                Text(fr: "Lecture seule", en: "Reading only"),
                Text(fr: "\(trouble), depuis le \(since)", en: "\(trouble), since \(since)")[console.language],
                colour: .red)
        }
        if let size = status.logHeldSize, let holder = status.logHeldBy {
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

    private static func both(_ requests: Int, _ runs: Int) -> Text {
        let (requests, runs) = (Text.requests(Int64(requests)), Text.runs(Int64(runs)))
        return Text(fr: "\(requests), \(runs)", en: "\(requests), \(runs)")
    }

    /// `concierged 0.1.0`, or `concierged-keys 1.4.0 (concierged 0.1.0)`.
    private var program: Text {
        let own = "\(status.name) \(status.version)"
        let core = "\(Product.name) \(status.core)"
        return Text(verbatim: own == core ? own : "\(own) (\(core))")
    }

    private var stateName: Text {
        switch status.state {
        case .serving: Text(fr: "en service", en: "serving")
        case .stopping: Text(fr: "en cours d'arrêt", en: "stopping")
        default: Text(verbatim: status.state.rawValue)
        }
    }

    private func troubles(_ console: Console, _ times: TimeFormat) -> [String] {
        let troubled = providers.filter { $0.state != .serving || !$0.holds.isEmpty }
        guard !troubled.isEmpty else { return [] }
        let title = Text(fr: "Demandent attention :", en: "Need attention:")
        return ["", title[console.language]]
            + troubled.map { provider in
                let colour: Colour? = provider.state == .serving ? .yellow : provider.stateColour
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
