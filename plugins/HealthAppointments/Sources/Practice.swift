import ConciergeKit

/// A practitioner whose slots can be booked.
struct Practitioner: Hashable, Sendable {
    let id: String
    let name: String
    /// What they are, such as a nurse; nil if it is not said.
    let kind: String?
    /// Where they receive; nil if it is not said.
    let room: String?
    let timetable: Timetable
}

extension Text {
    /// `le mardi 24 novembre` or `du mardi 24 novembre au jeudi 26 novembre`.
    static func days(_ first: LocalDate, _ last: LocalDate) -> Text {
        first == last
            ? Text(fr: "le \(first)", en: "on \(first)")
            : Text(fr: "du \(first) au \(last)", en: "from \(first) to \(last)")
    }
}

/// The practitioners whom a call means.
struct Selection {
    /// Never empty.
    let practitioners: [Practitioner]
    /// How a sentence names them after "slot", with a space before: ` avec Dr Martin`, ` (infirmière)`; empty for all.
    let words: Text

    /// Whether a slot of theirs must be said with the practitioner's name.
    var isSeveral: Bool { practitioners.count > 1 }
}

/// The medical house: its practitioners and its time zone.
struct Practice: Sendable {
    let practitioners: [String: Practitioner]
    let zone: Zone

    /// The practitioners in the order of their names.
    var all: [Practitioner] { practitioners.values.sorted { ($0.name, $0.id) < ($1.name, $1.id) } }

    /// The name of a practitioner; the id if the practitioner is no longer configured.
    func name(of id: String) -> String { practitioners[id]?.name ?? id }

    /// From when to when a slot lasts; 20 minutes for a practitioner who is no longer configured.
    func time(of slot: Slot) -> Range<Instant> {
        slot.start..<slot.start + (practitioners[slot.practitioner]?.timetable.length ?? .minutes(20))
    }

    /// The practitioners whom somebody names, or all of a kind. Without a name or a kind, the only one there is.
    func selection(named name: String?, kind: String?) throws(Refusal) -> Selection {
        if name == nil, kind == nil, practitioners.count > 1 {
            throw Refusal(
                fr: "Dites avec qui (practitioner=…) ou quel genre de praticien (kind=…). Il y a : \(known).",
                en: "Say with whom (practitioner=…) or which kind of practitioner (kind=…). There is: \(known).")
        }
        return try selectionOfAll(named: name, kind: kind)
    }

    /// As ``selection(named:kind:)``; without a name or a kind, all.
    func selectionOfAll(named name: String?, kind: String?) throws(Refusal) -> Selection {
        guard !practitioners.isEmpty else {
            throw Refusal(
                fr: "Aucun praticien n'est configuré ; aucun rendez-vous ne peut être pris.",
                en: "No practitioner is configured; no appointment can be booked.")
        }
        if let name {
            let found = try practitioner(named: name)
            if let kind, !Self.matches(found.kind ?? "", kind) {
                throw Refusal(
                    fr: "\(found.name) n'est pas du genre « \(kind) ».",
                    en: "\(found.name) is not of the kind \"\(kind)\".")
            }
            return Selection(
                practitioners: [found], words: Text(fr: " avec \(found.name)", en: " with \(found.name)"))
        }
        guard let kind else {
            guard let only = all.first, practitioners.count == 1 else {
                return Selection(practitioners: all, words: Text(verbatim: ""))
            }
            return Selection(practitioners: [only], words: Text(fr: " avec \(only.name)", en: " with \(only.name)"))
        }
        let found = all.filter { $0.kind.map { Self.matches($0, kind) } ?? false }
        guard let first = found.first?.kind else {
            let kinds = Set(all.compactMap(\.kind)).sorted().map { Text(verbatim: $0) }
            throw kinds.isEmpty
                ? Refusal(
                    fr: "Aucun praticien n'a de genre ; dites avec qui.",
                    en: "No practitioner has a kind; say with whom.")
                : Refusal(
                    fr: "Aucun praticien du genre « \(kind) ». Il y a : \(kinds).",
                    en: "No practitioner of the kind \"\(kind)\". There is: \(kinds).")
        }
        return Selection(practitioners: found, words: Text(verbatim: " (\(first))"))
    }

    /// The practitioner with this id or name, or the only one of whose name this is the beginning, or that of a word:
    /// `martin` for `Dr Martin`.
    func practitioner(named text: String) throws(Refusal) -> Practitioner {
        if let exact = practitioners[text] { return exact }
        let typed = Folding.text(text)
        let same = all.filter { Folding.text($0.name) == typed || $0.id == typed }
        if same.count == 1, let only = same.first { return only }
        let found = all.filter { Self.matches($0.name, text) }
        if found.count == 1, let only = found.first { return only }
        guard found.isEmpty else {
            let names = found.map { Text(verbatim: $0.name) }
            throw Refusal(fr: "« \(text) » peut être \(names).", en: "\"\(text)\" may be \(names).")
        }
        throw Refusal(
            fr: "Le praticien « \(text) » n'est pas connu. Il y a : \(known).",
            en: "The practitioner \"\(text)\" is not known. There is: \(known).")
    }

    private var known: [Text] { all.map { Text(verbatim: $0.name) } }

    /// Whether what was typed is the beginning of a text or of one of its words, as people compare texts.
    private static func matches(_ text: String, _ typed: String) -> Bool {
        let (text, typed) = (Folding.text(text), Folding.text(typed))
        guard !typed.isEmpty else { return false }
        return text.hasPrefix(typed) || text.contains(" \(typed)")
    }
}
