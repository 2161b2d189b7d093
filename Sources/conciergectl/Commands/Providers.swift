import ArgumentParser
import JSON
import Wording

struct Providers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "providers",
        abstract: "The providers, what they offer, and whether they serve; pause, resume, release.",
        subcommands: [ListProviders.self, PauseProvider.self, ResumeProvider.self, ReleaseProvider.self],
        defaultSubcommand: ListProviders.self)
}

struct PauseProvider: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Hold a provider's runs back; its requests and timers go on.")

    @Argument(help: "The provider's id.")
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.hold(.pauseProvider, id, among: .providers) {
            Text(
                fr: "Les exécutions de \(id) attendent. Pour les relancer : \($0) providers resume \(id)",
                en: "The runs of \(id) wait. To let them go on: \($0) providers resume \(id)")
        }
    }
}

struct ResumeProvider: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let a paused provider's runs go on.")

    @Argument(help: "The provider's id.")
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.hold(.resumeProvider, id, among: .providers) { _ in
            Text(fr: "Les exécutions de \(id) reprennent.", en: "The runs of \(id) go on.")
        }
    }
}

struct ListProviders: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "All providers.")

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(.providers) { _, reply, console in
            let providers = try reply.list("providers", of: Provider.init)
            guard !providers.isEmpty else {
                return try console.print(Text(fr: "Aucun fournisseur.", en: "No providers."))
            }
            try console.print(Provider.table(providers, console))
        }
    }
}

/// A provider as the daemon tells it.
struct Provider: Sendable, Hashable {
    var id: String
    var name: Text
    /// `serving`, `waiting`, `set-aside`, `quarantined` or `absent`.
    var state: String
    var reason: String?
    var retryAt: String?
    var services: [String]
    var tasks: [String]
    var holds: [Hold]

    /// Why its runs wait.
    struct Hold: Sendable, Hashable {
        /// `paused` or `failing`.
        var kind: String
        var by: String?
        var since: String?
        var until: String?
        var reason: String?
    }
    /// Open requests that wait because it does not serve them.
    var unattended: Int64?
    var quarantine: Quarantine?
}

extension Provider {
    init(_ json: JSONObject) throws(Failure) {
        id = try json.string("id")
        name = try json.words("name")
        state = try json.string("state")
        reason = json.optionalString("reason")
        retryAt = json.optionalString("retry_at")
        services = try json.strings("services")
        tasks = try json.strings("tasks")
        holds = try json.list("holds") { hold throws(Failure) in
            Hold(
                kind: try hold.string("kind"), by: hold.optionalString("by"), since: hold.optionalString("since"),
                until: hold.optionalString("until"), reason: hold.optionalString("reason"))
        }
        unattended = json["unattended"]?.intValue
        quarantine = try Quarantine(in: json)
    }

    /// The state, and whether its runs wait all the same.
    var standing: Text {
        guard state == "serving", let hold = holds.first else { return stateName }
        switch hold.kind {
        case "paused": return Text(fr: "exécutions en pause", en: "runs paused")
        case "failing": return Text(fr: "échoue, en retrait", en: "failing, held back")
        default: return Text(verbatim: hold.kind)
        }
    }

    /// Why it does not serve, or why its runs wait.
    func why(_ console: Console) -> String? {
        guard quarantine == nil, reason == nil, let hold = holds.first else { return reasonWords(console) }
        let since = hold.since.map { TimeFormat(console).short($0) } ?? ""
        guard hold.kind == "paused" else { return hold.reason.map { Self.quoted($0)[console.language] } }
        return Text(
            fr: "mises en pause par \(hold.by ?? "?") \(since)", en: "paused by \(hold.by ?? "?") \(since)")[
                console.language]
    }

    /// Why it does not serve, for a person.
    func reasonWords(_ console: Console) -> String? {
        quarantine?.words(console)[console.language] ?? reason.map { Self.quoted($0)[console.language] }
    }

    /// A reason in the words of whoever wrote the provider, which have one language: French quotes them.
    private static func quoted(_ reason: String) -> Text { Text(fr: "« \(reason) »", en: "\(reason)") }

    /// The state as a person says it.
    var stateName: Text {
        switch state {
        case "serving": Text(fr: "en service", en: "serving")
        case "waiting": Text(fr: "en attente", en: "waiting")
        case "set-aside": Text(fr: "mis de côté", en: "set aside")
        case "absent": Text(fr: "absent du programme", en: "not in this build")
        case "quarantined": Text(fr: "en quarantaine", en: "quarantined")
        default: Text(verbatim: state)
        }
    }

    var stateColour: Colour? {
        switch state {
        case "serving": .green
        case "waiting", "absent": .yellow
        case "set-aside", "quarantined": .red
        default: nil
        }
    }

    static func table(_ providers: [Provider], _ console: Console) -> Table {
        let times = TimeFormat(console)
        var table = Table([
            Table.Column(Text(fr: "Fournisseur", en: "Provider"), isWhole: true),
            Table.Column(Text(fr: "Nom", en: "Name")),
            Table.Column(Text(fr: "État", en: "State"), isWhole: true),
            Table.Column(Text(fr: "Raison", en: "Reason")),
            Table.Column(Text(fr: "Nouvel essai", en: "Tried again"), isWhole: true),
            Table.Column(Text(fr: "Demandes en attente", en: "Unattended"), isWhole: true),
            Table.Column(Text(fr: "Services", en: "Services")),
            Table.Column(Text(fr: "Tâches", en: "Tasks")),
        ])
        for provider in providers {
            table.add(
                Cell(provider.id), Cell(provider.name[console.language]),
                Cell(
                    provider.standing[console.language],
                    colour: provider.state == "serving" && !provider.holds.isEmpty ? .yellow : provider.stateColour),
                Cell(provider.why(console)),
                Cell(times.relative(provider.retryAt ?? provider.holds.compactMap(\.until).first)),
                Cell(provider.unattended.map { "\($0)" }), Cell(provider.services.joined(separator: " ")),
                Cell(provider.tasks.joined(separator: " ")))
        }
        return table
    }
}
