import WorkingCalendar

/// The commitments of a request while a rule runs: what the rule promises, pauses and keeps, over what is known from
/// before.
package struct CommitmentBook: Sendable {
    /// All commitments of the request, in the order of their numbers.
    private var all: [StoredCommitment]
    /// The numbers of those that the rule has changed.
    private var changed: Set<Int> = []
    /// The calendars of new commitments, by their ids.
    package private(set) var calendars: [String: [UInt8]] = [:]
    /// Why what the rule asked for is refused.
    package private(set) var refusal: Text?

    /// The commitments that the rule has made or changed, in the order of their numbers.
    package var changes: [StoredCommitment] { all.filter { changed.contains($0.number) } }

    init(_ all: [StoredCommitment]) { self.all = all }

    /// The last commitment of a name, unless it has ended.
    subscript(name: String) -> StoredCommitment? {
        all.last { $0.name == name }.flatMap { $0.endedAt == nil ? $0 : nil }
    }

    /// Makes a commitment. If there is one of this name already that is not done, and the same partner owes it, its term
    /// changes instead; if another one owes it, that one's ends. Returns the commitment.
    mutating func make<S: Service>(
        _ commitment: CommitmentOf<S>, of partner: String?, in term: SeasonalTerm,
        alerts: StoredCommitment.Alerts, because reason: Text?, at now: Instant, by calendar: CalendarBook.Entry,
        knownBy calendarOf: (StoredCommitment) -> WorkingCalendar
    ) -> StoredCommitment {
        if let known = self[commitment.id], known.isOpen {
            if known.content.partner == partner {
                let calendar = calendarOf(known)
                change(known.name) { stored throws(StoredCommitment.Mistake) in
                    try stored.change(to: term, alerts: alerts, at: now, because: reason, by: calendar)
                }
                return self[commitment.id] ?? known
            }
            change(known.name) { stored throws(StoredCommitment.Mistake) in stored.end(at: now) }
        }
        let made = StoredCommitment(
            number: all.count + 1, name: commitment.id, kind: commitment.kind, title: commitment.name,
            partner: partner, term: calendar.calendar.choice(of: term, from: now), start: now, alerts: alerts,
            by: calendar)
        all.append(made)
        changed.insert(made.number)
        calendars[calendar.id] = calendar.content
        if case .never = made.content.explanation.deadline {
            refuse(
                Text(
                    fr: "« \(made.content.title) » ne peut pas être promis : le calendrier n'est jamais ouvert.",
                    en: "\"\(made.content.title)\" cannot be promised: the working calendar is never open."))
        }
        return made
    }

    /// Applies a change to the last commitment of a name. It has no effect if there is none.
    mutating func change(_ name: String, _ body: (inout StoredCommitment) throws(StoredCommitment.Mistake) -> Void) {
        guard let index = all.lastIndex(where: { $0.name == name }), all[index].endedAt == nil else { return }
        var commitment = all[index]
        do throws(StoredCommitment.Mistake) {
            try body(&commitment)
        } catch {
            refuse(error.words(commitment.content.title))
            return
        }
        guard commitment != all[index] else { return }
        all[index] = commitment
        changed.insert(commitment.number)
    }

    /// Refuses what the rule asked for; the first reason is the one that is told.
    mutating func refuse(_ reason: Text) { if refusal == nil { refusal = reason } }
}
