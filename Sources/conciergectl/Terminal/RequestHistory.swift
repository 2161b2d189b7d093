import Civil
import ConciergeProtocol
import JSON
import Wording

/// The text that shows a request's history: a line for each event, and below it all that was given with it and was said, in
/// lines of the terminal's width. Nothing is cut.
struct RequestHistory {
    private let history: [Wire.Entry]
    private let catalogue: Catalogue
    private let console: Console

    init(_ history: [Wire.Entry], _ catalogue: Catalogue, _ console: Console) {
        self.history = history
        self.catalogue = catalogue
        self.console = console
    }

    /// The heading and the events; nothing without any.
    var lines: [String] {
        guard !history.isEmpty else { return [] }
        let times = TimeFormat(console)
        var table = Table([
            Table.Column(Text(fr: "Quand", en: "When"), isWhole: true),
            Table.Column(Text(fr: "Qui", en: "Who"), wraps: true),
            Table.Column(Text(fr: "Quoi", en: "What"), wraps: true),
            Table.Column(Text(fr: "De → à", en: "From → to"), wraps: true),
        ])
        for entry in history {
            table.add(
                Cell(times.short(entry.at)), Cell(entry.who[console.language]),
                Cell(catalogue.event(of: entry)[console.language]),
                Cell(catalogue.path(of: entry)[console.language]))
        }
        let rows = table.rowLines(
            in: console.language, width: console.width.map { $0 - 2 }, colours: console.colours)
        var lines = ["", Text(fr: "Historique", en: "History")[console.language]] + rows[0].map { "  " + $0 }
        for (entry, row) in zip(history, rows.dropFirst()) {
            lines += row.map { "  " + $0 } + details(of: entry)
        }
        return lines
    }

    private func details(of entry: Wire.Entry) -> [String] {
        var details: [Text] = []
        for (title, value) in catalogue.given(with: entry, console) {
            details.append(title.followed(by: value))
        }
        if let note = entry.note { details.append(note) }
        return details.flatMap { detail in
            // What people typed in several lines stays in several lines.
            detail[console.language].split(whereSeparator: \.isNewline).flatMap { line in
                String(line).inOneLine.wrapped(to: console.width.map { $0 - 6 }).map { "      " + $0 }
            }
        }
    }
}

extension Catalogue {
    /// What was given with an event, by titles: the fields of an opening or an action, and the changes of a correction. A
    /// value of a form that is not known is shown as it is stored, because no word that somebody typed is left out.
    func given(with entry: Wire.Entry, _ console: Console) -> [(title: Text, value: Text)] {
        guard let input = entry.input?.members, !input.isEmpty else { return [] }
        let words = recordWords(of: entry.service, console)
        let service = services[entry.service]
        switch entry.event.kind {
        case .correct:
            return input.map { name, change in
                let field = service?.corrections.first { $0.name == name }
                func said(_ side: String) -> Text {
                    change[side].map { words.typed($0, as: field) } ?? Text(verbatim: "–")
                }
                return (
                    field?.shortTitle ?? Text(verbatim: name),
                    Text(fr: "\(said("from")) → \(said("to"))", en: "\(said("from")) → \(said("to"))")
                )
            }
        case .open, .action:
            let fields = form(of: entry)?.fields
            return input.compactMap { name, value in
                guard !value.isNull else { return nil }
                let field = fields?.first { $0.name == name } ?? service?.record.first { $0.name == name }
                return (field?.shortTitle ?? Text(verbatim: name), words.typed(value, as: field))
            }
        case .undo: return [undone(by: input, in: entry.service, words)]
        // Its words are in the note, and what else it has says who was told.
        case .notice: return []
        default:
            // The note says it; who may not read that reads the values.
            guard entry.note == nil else { return [] }
            return input.compactMap { name, value in
                value.isNull ? nil : (Text(verbatim: name), words.typed(value, as: nil))
            }
        }
    }

    /// What was taken back: its name, who had done it, and when.
    private func undone(
        by input: JSONObject, in service: String, _ words: RecordWords
    ) -> (title: Text, value: Text) {
        let id = input["event"]?.stringValue ?? ""
        let what =
            switch id {
            case "open": Text(fr: "ouverture", en: "opening")
            case "corrected": Text(fr: "correction", en: "correction")
            default: services[service]?.action(id)?.name ?? Text(verbatim: id)
            }
        let actor = input["by"]?.stringValue ?? ""
        let at = input["at"]?.stringValue.flatMap { Instant($0) }.map { words.said($0) } ?? Text(verbatim: "")
        return (
            Text(fr: "Annulé", en: "Taken back"),
            Text(fr: "\(what), par \(actor), \(at)", en: "\(what), by \(actor), \(at)")
        )
    }

    /// The form in which an opening or an action was given; nil if the service no longer has it.
    private func form(of entry: Wire.Entry) -> Wire.Action? {
        let service = services[entry.service]
        guard entry.event.kind == .open else { return entry.event.name.flatMap { service?.action($0) } }
        guard let name = entry.event.name else { return service?.openings.first }
        return service?.openings.first { $0.id == name }
    }

    /// What a correction changed, in one line: `Shelf place: A3 → B2`. Nil for any other event.
    func corrections(of entry: Wire.Entry, _ console: Console) -> Text? {
        guard entry.event.kind == .correct else { return nil }
        let changes = given(with: entry, console).map { $0.title.followed(by: $0.value) }
        return changes.isEmpty ? nil : Text(verbatim: "; ", joining: changes)
    }

    /// The states of a history line, such as `Held → Collected`; a single state if the event did not change it.
    func path(of entry: Wire.Entry) -> Text {
        let from = entry.from.map { name(ofState: $0, in: entry.service) }
        let to = entry.to.map { name(ofState: $0, in: entry.service) }
        switch (from, to) {
        case (let from?, let to?) where entry.from != entry.to:
            return Text(fr: "\(from) → \(to)", en: "\(from) → \(to)")
        case (_, let to?): return from == nil ? Text(fr: "→ \(to)", en: "→ \(to)") : to
        case (let from?, nil): return from
        case (nil, nil): return Text(verbatim: "")
        }
    }
}

extension RecordWords {
    /// A value that was given, as its field says it; as it is stored where that is not possible.
    fileprivate func typed(_ value: JSON, as field: Wire.Field?) -> Text {
        if value.isNull { return Text(verbatim: "–") }
        return field.flatMap { said(value, as: $0) } ?? said(value) ?? Text(verbatim: value.text)
    }
}
