import ConciergeProtocol
import JSON
import Wording

/// The text that shows a run.
struct RunCard: Sendable {
    let run: Wire.Run
    /// The task's name.
    let name: Text
    /// The beginning of a command line for this daemon.
    let commandLine: String
    /// What it reports as lines and columns, with the names of residents.
    let table: ReportedTable?

    init(_ run: Wire.Run, name: Text, commandLine: String, table: ReportedTable? = nil) {
        self.run = run
        self.name = name
        self.commandLine = commandLine
        self.table = table
    }

    /// The id, then all facts about the run.
    func full(_ console: Console) -> [String] { [console.paint(run.id.inOneLine, .bold)] + body(console) }

    /// The text after a run was triggered or watched: a sentence with its state, the id on a line of its own, then all
    /// facts about the run.
    func short(_ console: Console) -> [String] {
        // Who asked for a list reads the list.
        if run.state == .succeeded, let table {
            return [run.outcome?[console.language].inOneLine ?? ""].filter { !$0.isEmpty }.flatMap {
                $0.wrapped(to: console.width)
            } + (table.isEmpty ? [] : [""] + table.lines(console))
        }
        let stands = Text(
            fr: "Le traitement est \(run.stateName).", en: "The run is \(run.stateName).")
        let ended = Text(fr: "\(stands)", en: "The run has \(run.stateName).")
        let sentence = [.succeeded, .failed].contains(run.state) ? ended : stands
        return [sentence[console.language], "", "  " + console.paint(run.id.inOneLine, .bold), ""] + body(console)
    }

    private func body(_ console: Console) -> [String] {
        let language = console.language
        let times = TimeFormat(console)
        var card = Card()
        let isNamed = name[language] != run.task
        card.add(Text(fr: "Tâche", en: "Task"), isNamed ? "\(name[language]) (\(run.task))" : run.task)
        card.add(Text(fr: "État", en: "State"), run.stateName[language], colour: run.stateColour)
        card.add(
            Text(fr: "Essai", en: "Attempt"),
            Text(fr: "\(run.attempt) sur \(run.attempts)", en: "\(run.attempt) of \(run.attempts)")[language])
        card.add(Wire.Quarantine.label, run.quarantine?.words(console)[language], colour: .red)
        card.add(Text(fr: "Demandé par", en: "Asked for by"), Text.actor(run.actor)[language])
        card.add(Text(fr: "Demande", en: "Request"), run.request)
        card.add(Text(fr: "Horaire", en: "Schedule"), run.schedule)
        card.add(Text(fr: "Pour l'échéance", en: "For the elapse of"), run.elapse.map { times.both($0) })
        if run.priority != .normal {
            card.add(Text(fr: "Priorité", en: "Priority"), Text.name(ofPriority: run.priority)[language])
        }
        card.add(Text(fr: "Créé", en: "Created"), times.both(run.createdAt))
        if run.state == .queued { card.add(Text(fr: "Échéance", en: "Due"), run.due.map { times.both($0) }) }
        card.add(Text(fr: "Commencé", en: "Started"), run.startedAt.map { times.both($0) })
        card.add(Text(fr: "Avancement", en: "Progress"), run.progress.map { ProgressBar($0).text(in: language) })
        card.add(Text(fr: "Terminé", en: "Finished"), run.finishedAt.map { times.both($0) })
        card.add(Text(fr: "Résultat", en: "Outcome"), run.outcome?[language])
        card.add(Text(fr: "Erreur", en: "Error"), run.error, colour: .red)
        card.add(Text(fr: "Reçu", en: "Given"), text(run.input))
        if table == nil { card.add(Text(fr: "Données", en: "Data"), text(run.data)) }
        let reported = table.map { $0.isEmpty ? [] : [""] + $0.lines(console) } ?? []
        return card.lines(console) + reported + next(language)
    }

    private func text(_ object: Wire.RawObject?) -> String? {
        guard let object = object?.members, !object.isEmpty else { return nil }
        return object.map { "\($0.key)=\(($0.value.stringValue ?? $0.value.text).shellQuoted)" }.joined(separator: " ")
    }

    /// The command that retries a run, follows it or releases it from quarantine; empty for a run that succeeded.
    private func next(_ language: Language) -> [String] {
        let id = run.id.shellQuoted
        if let quarantine = run.quarantine {
            let again = Text(
                fr: "Pour le libérer, quand la cause est corrigée :", en: "To release it, once its cause is mended:")
            // Either the run itself is in quarantine, or the request that asked for it.
            let release =
                quarantine.kind == .run ? "runs retry \(id)" : "requests release \((run.request ?? "").shellQuoted)"
            return ["", "\(again[language]) \(commandLine) \(release)"]
        }
        switch run.state {
        case .failed, .cancelled:
            let again = Text(fr: "Pour réessayer :", en: "To try again:")
            return ["", "\(again[language]) \(commandLine) runs retry \(id)"]
        case .queued, .running:
            let follow = Text(fr: "Pour suivre :", en: "To follow it:")
            return ["", "\(follow[language]) \(commandLine) runs watch \(id)"]
        default: return []
        }
    }
}

extension Text {
    /// The name of a run's priority.
    static func name(ofPriority priority: Wire.RunPriority) -> Text {
        switch priority {
        case .low: Text(fr: "basse", en: "low")
        case .normal: Text(fr: "normale", en: "normal")
        case .high: Text(fr: "haute", en: "high")
        default: Text(verbatim: priority.rawValue)
        }
    }
}
