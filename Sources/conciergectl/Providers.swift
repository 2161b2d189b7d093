import ArgumentParser
import JSON

struct ListProviders: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "providers", abstract: "The providers, what they offer, and whether they serve.")

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(.providers) { _, reply, console in
            let providers = try reply.list("providers", of: Provider.init)
            guard !providers.isEmpty else {
                return try console.print(Words(fr: "Aucun fournisseur.", en: "No providers."))
            }
            try console.print(Provider.table(providers, console))
        }
    }
}

/// A provider as the daemon tells it.
struct Provider: Sendable, Hashable {
    var id: String
    var name: Words
    /// `serving`, `waiting` or `set-aside`.
    var state: String
    var reason: String?
    var retryAt: String?
    var services: [String]
    var tasks: [String]
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
    }

    /// The state as a person says it.
    var stateName: Words {
        switch state {
        case "serving": Words(fr: "en service", en: "serving")
        case "waiting": Words(fr: "en attente", en: "waiting")
        case "set-aside": Words(fr: "mis de côté", en: "set aside")
        default: Words(same: state)
        }
    }

    var stateColour: Colour? {
        switch state {
        case "serving": .green
        case "waiting": .yellow
        case "set-aside": .red
        default: nil
        }
    }

    static func table(_ providers: [Provider], _ console: Console) -> Table {
        let times = TimeFormat(console)
        var table = Table([
            Table.Column(Words(fr: "Fournisseur", en: "Provider"), isWhole: true),
            Table.Column(Words(fr: "Nom", en: "Name")),
            Table.Column(Words(fr: "État", en: "State"), isWhole: true),
            Table.Column(Words(fr: "Raison", en: "Reason")),
            Table.Column(Words(fr: "Nouvel essai", en: "Tried again"), isWhole: true),
            Table.Column(Words(fr: "Services", en: "Services")),
            Table.Column(Words(fr: "Tâches", en: "Tasks")),
        ])
        for provider in providers {
            table.add(
                Cell(provider.id), Cell(provider.name[console.language]),
                Cell(provider.stateName[console.language], colour: provider.stateColour), Cell(provider.reason),
                Cell(times.relative(provider.retryAt)), Cell(provider.services.joined(separator: " ")),
                Cell(provider.tasks.joined(separator: " ")))
        }
        return table
    }
}
