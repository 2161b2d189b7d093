import Civil
import ConciergeProtocol
import Wording

extension Wire.Dossier {
    /// The services that it names; asked for only if there are any.
    func catalogue(_ connection: Connection) async throws(Failure) -> Catalogue {
        mandates.allSatisfy(\.services.isEmpty) ? Catalogue() : try await connection.catalogue()
    }

    /// All that is noted, under a heading.
    func lines(_ catalogue: Catalogue, _ console: Console) -> [String] {
        let language = console.language
        let words = RecordWords(zone: console.zone, now: console.now())
        var card = Card()
        card.add(Text(fr: "À joindre", en: "Reached"), channelWords[language])
        card.add(Text(fr: "Absences", en: "Away"), each: absences.map { words.absence($0)[language] })
        card.add(
            Text(fr: "Consentements", en: "Consents"), each: consents.flatMap { $0.lines(words) }.map { $0[language] })
        card.add(
            Text(fr: "Mandats", en: "Mandates"),
            each: mandates.flatMap { $0.lines(words, catalogue) }.map { $0[language] })
        return [Text(fr: "Dossier", en: "Dossier")[language]] + card.lines(console)
    }

    /// In which order, and what of the wish cannot be done.
    private var channelWords: Text {
        let order = Text(verbatim: ", ", joining: reachedBy.map(\.words))
        guard !channels.isEmpty else { return Text(fr: "\(order) (ordre habituel)", en: "\(order) (usual order)") }
        let missing = channels.filter { !reachedBy.contains($0) }
        guard !missing.isEmpty else { return order }
        let list = Text(verbatim: ", ", joining: missing.map(\.words))
        return Text(
            fr: "\(order) (souhaité aussi, mais pas dans l'annuaire : \(list))",
            en: "\(order) (also wished for, but not in the directory: \(list))")
    }
}

extension Wire.Word<Wire.Dossier> {
    fileprivate var words: Text {
        switch self {
        case .email: Text(fr: "courriel", en: "e-mail")
        case .phone: Text(fr: "téléphone", en: "telephone")
        case .letter: Text(fr: "boîte aux lettres", en: "letter box")
        case .door: Text(fr: "à la porte", en: "at the door")
        default: Text(verbatim: rawValue)
        }
    }
}

extension RecordWords {
    /// A day of the wire; as it is if it has another form.
    fileprivate func day(_ text: String) -> Text { LocalDate(text).map { said($0) } ?? Text(verbatim: text) }

    /// `du lundi 1er juin au mardi 30 juin`, `à partir du lundi 1er juin`.
    fileprivate func days(_ from: String, _ until: String?) -> Text {
        let first = day(from)
        guard let until else { return Text(fr: "à partir du \(first)", en: "from \(first) on") }
        let last = day(until)
        return from == until
            ? Text(fr: "le \(first)", en: "on \(first)")
            : Text(fr: "du \(first) au \(last)", en: "from \(first) to \(last)")
    }

    fileprivate func absence(_ days: Wire.Dossier.Days) -> Text {
        let words = self.days(days.from, days.until)
        return days.until == nil
            ? Text(fr: "\(words), retour inconnu", en: "\(words), return unknown") : words
    }

    /// Who wrote something, and when.
    fileprivate func recorded(by actor: String, _ instant: Instant) -> Text {
        Text(fr: "noté par \(actor) le \(said(instant))", en: "recorded by \(actor) on \(said(instant))")
    }

    fileprivate static let over = Text(fr: "ne vaut pas aujourd'hui", en: "does not count today")
}

extension Wire.Dossier.Consent {
    fileprivate func lines(_ words: RecordWords) -> [Text] {
        let days = words.days(from, until)
        let what = Text(fr: "« \(purpose) » \(days)", en: "\"\(purpose)\" \(days)")
        let recorded = words.recorded(by: recordedBy, recordedAt)
        guard let withdrawn, let withdrawnBy, let withdrawnAt else {
            let over = RecordWords.over
            return [counts ? what : Text(fr: "\(what) ; \(over)", en: "\(what); \(over)"), recorded.indented]
        }
        let day = words.day(withdrawn)
        let ending = words.recorded(by: withdrawnBy, withdrawnAt)
        return [
            what, recorded.indented,
            Text(fr: "  retiré à compter du \(day), \(ending)", en: "  withdrawn as of \(day), \(ending)"),
        ]
    }
}

extension Wire.Dossier.Mandate {
    fileprivate func lines(_ words: RecordWords, _ catalogue: Catalogue) -> [Text] {
        let whom = Text(verbatim: resident.map { "\(holder) (\($0))" } ?? holder)
        let names = services.map { catalogue.name(ofService: $0) }
        let scope =
            names.isEmpty
            ? Text(fr: "pour tous les services", en: "for all services")
            : Text(fr: "pour \(names)", en: "for \(names)")
        let days = words.days(from, until)
        let what = Text(fr: "\(whom), \(scope), \(days)", en: "\(whom), \(scope), \(days)")
        let over = RecordWords.over
        let isOver = ended == nil && !counts
        var lines = [isOver ? Text(fr: "\(what) ; \(over)", en: "\(what); \(over)") : what]
        let reached = [email, phone].compactMap(\.self)
        if !reached.isEmpty { lines.append(Text(verbatim: "  " + reached.joined(separator: ", "))) }
        lines.append(words.recorded(by: recordedBy, recordedAt).indented)
        if let ended, let endedBy, let endedAt {
            let (day, ending) = (words.day(ended), words.recorded(by: endedBy, endedAt))
            lines.append(Text(fr: "  a pris fin le \(day), \(ending)", en: "  ended on \(day), \(ending)"))
        }
        return lines
    }
}

extension Text {
    fileprivate var indented: Text { Text(fr: "  \(self)", en: "  \(self)") }
}
