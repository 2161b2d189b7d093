import ConciergeProtocol
import Wording

extension Wire.Provider {
    /// The state; for a provider that serves but whose runs are held back, the kind of hold.
    var standing: Text {
        guard state == .serving, let hold = holds.first else { return stateName }
        switch hold.kind {
        case .paused: return Text(fr: "traitements en pause", en: "runs paused")
        case .failing: return Text(fr: "échoue, en retrait", en: "failing, held back")
        default: return Text(verbatim: hold.kind.rawValue)
        }
    }

    /// Why the provider does not serve, or why its runs are held back.
    func why(_ console: Console) -> String? {
        guard quarantine == nil, reason == nil, let hold = holds.first else { return reasonWords(console) }
        let since = hold.since.map { TimeFormat(console).short($0) } ?? ""
        guard hold.kind == .paused else { return hold.reason.map { Self.quoted($0)[console.language] } }
        return Text(
            fr: "mis en pause par \(hold.by ?? "?") le \(since)", en: "paused by \(hold.by ?? "?") \(since)")[
                console.language]
    }

    /// Why the provider does not serve.
    func reasonWords(_ console: Console) -> String? {
        quarantine?.words(console)[console.language] ?? text?[console.language]
            ?? reason.map { Self.quoted($0)[console.language] }
    }

    /// A reason as the provider's author wrote it, which is in one language only. The French text puts it in quotes.
    private static func quoted(_ reason: String) -> Text { Text(fr: "« \(reason) »", en: "\(reason)") }

    /// The name of the state in both languages.
    var stateName: Text {
        switch state {
        case .serving: Text(fr: "en service", en: "serving")
        case .waiting: Text(fr: "en attente", en: "waiting")
        case .setAside: Text(fr: "mis de côté", en: "set aside")
        case .absent: Text(fr: "absent du programme", en: "not in this build")
        case .quarantined: Text(fr: "en quarantaine", en: "quarantined")
        default: Text(verbatim: state.rawValue)
        }
    }

    var stateColour: Colour? {
        switch state {
        case .serving: .green
        case .waiting, .absent: .yellow
        case .setAside, .quarantined: .red
        default: nil
        }
    }

    /// The name of the grade in both languages.
    private var gradeName: Text? {
        grade.map { grade in
            switch grade {
            case .bronze: Text(fr: "bronze", en: "bronze")
            case .silver: Text(fr: "argent", en: "silver")
            case .gold: Text(fr: "or", en: "gold")
            case .platinum: Text(fr: "platine", en: "platinum")
            default: Text(verbatim: grade.rawValue)
            }
        }
    }

    static func table(_ providers: [Wire.Provider], _ console: Console) -> Table {
        let times = TimeFormat(console)
        var table = Table([
            Table.Column(Text(fr: "Module", en: "Provider"), isWhole: true),
            Table.Column(Text(fr: "Version", en: "Version"), isWhole: true),
            Table.Column(Text(fr: "Nom", en: "Name")),
            Table.Column(Text(fr: "Niveau", en: "Grade"), isWhole: true),
            Table.Column(Text(fr: "État", en: "State"), isWhole: true),
            Table.Column(Text(fr: "Raison", en: "Reason")),
            Table.Column(Text(fr: "Nouvel essai", en: "Tried again"), isWhole: true),
            Table.Column(Text(fr: "Demandes en attente", en: "Unattended"), isWhole: true),
            Table.Column(Text(fr: "Services", en: "Services")),
            Table.Column(Text(fr: "Tâches", en: "Tasks")),
        ])
        for provider in providers {
            table.add(
                Cell(provider.id), Cell(provider.version), Cell(provider.name[console.language]),
                Cell(provider.gradeName?[console.language]),
                Cell(
                    provider.standing[console.language],
                    colour: provider.state == .serving && !provider.holds.isEmpty ? .yellow : provider.stateColour),
                Cell(provider.why(console)),
                Cell((provider.retryAt ?? provider.holds.compactMap(\.until).first).map { times.relative($0) }),
                Cell(provider.unattended.map { "\($0)" }), Cell(provider.services.joined(separator: " ")),
                Cell(provider.tasks.joined(separator: " ")))
        }
        return table
    }
}
