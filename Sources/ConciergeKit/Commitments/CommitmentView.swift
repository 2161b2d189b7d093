/// A commitment as it is shown with its request.
package struct CommitmentView: Sendable, Hashable {
    package let number: Int
    /// The id of its declaration.
    package let name: String
    package let kind: CommitmentKind
    package let state: StoredCommitment.State
    /// Who owes an obligation.
    package let partner: String?
    package let start: Instant
    /// By when it must be done; nil while it is paused.
    package let due: Instant?
    package let pausedSince: Instant?
    package let keptAt: Instant?
    /// The deadline that has passed before it was done.
    package let missedAt: Instant?
    package let reopened: Int
    /// What the resident thinks of what was done, from 1 to 10.
    package let score: Int?

    package init(
        number: Int, name: String, kind: CommitmentKind, state: StoredCommitment.State, partner: String?,
        start: Instant, due: Instant?, pausedSince: Instant?, keptAt: Instant?, missedAt: Instant?, reopened: Int,
        score: Int? = nil
    ) {
        self.number = number
        self.name = name
        self.kind = kind
        self.state = state
        self.partner = partner
        self.start = start
        self.due = due
        self.pausedSince = pausedSince
        self.keptAt = keptAt
        self.missedAt = missedAt
        self.reopened = reopened
        self.score = score
    }

    package init(_ stored: StoredCommitment) {
        self.init(
            number: stored.number, name: stored.name, kind: stored.kind, state: stored.state,
            partner: stored.content.partner, start: stored.content.start, due: stored.due,
            pausedSince: stored.pausedSince, keptAt: stored.keptAt, missedAt: stored.missedAt,
            reopened: stored.reopened, score: stored.score)
    }

    /// Whether it is still to be done.
    package var isOpen: Bool { state == .open || state == .paused }

    /// The deadline of what is still to be done: the one that has passed, if one has, else the next one. Nil if nothing is to
    /// be done, and while it is paused before its deadline.
    package var deadline: Instant? { isOpen ? missedAt ?? due : nil }

    /// Whether it is to be done and its deadline has passed.
    package func isLate(at now: Instant) -> Bool { isOpen && (missedAt != nil || due.map { $0 < now } ?? false) }
}
