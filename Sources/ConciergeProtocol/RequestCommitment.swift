package import Civil
package import JSON
package import Wording

extension Wire {
    /// Something that was promised with a request: to the resident, or by a partner.
    package struct Commitment: HandWritten, Hashable {
        /// Which of the request's commitments it is, from 1.
        package var number: Int
        package var name: String
        /// What will have happened, in a few words; nil if its service is not served and nothing explains it here.
        package var title: Text?
        package var kind: Kind
        package var state: State
        /// True if it is to be done and its deadline has passed.
        package var late: Bool?
        /// Who owes an obligation.
        package var partner: String?
        package var since: Instant
        /// By when it must be done; nil while it is paused.
        package var due: Instant?
        package var pausedSince: Instant?
        package var keptAt: Instant?
        /// The deadline that passed before it was done.
        package var missedAt: Instant?
        /// How often it was said to be done and was not.
        package var reopened: Int
        /// What the resident thinks of what was done, from 1 to 10.
        package var score: Int?
        /// How the deadline came about, in sentences for the resident; in the reply to `Get` alone.
        package var steps: [Text]?

        /// `promise` or `obligation`.
        package typealias Kind = Wire.Word<Wire.Commitment>
        /// Where it stands.
        package enum States {}
        package typealias State = Wire.Word<States>

        package init(
            number: Int, name: String, title: Text?, kind: Kind, state: State, late: Bool? = nil,
            partner: String? = nil, since: Instant, due: Instant? = nil, pausedSince: Instant? = nil,
            keptAt: Instant? = nil, missedAt: Instant? = nil, reopened: Int = 0, score: Int? = nil,
            steps: [Text]? = nil
        ) {
            self.number = number
            self.name = name
            self.title = title
            self.kind = kind
            self.state = state
            self.late = late
            self.partner = partner
            self.since = since
            self.due = due
            self.pausedSince = pausedSince
            self.keptAt = keptAt
            self.missedAt = missedAt
            self.reopened = reopened
            self.score = score
            self.steps = steps
        }

        package func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("number", number)
            writer.member("name", name)
            writer.member("title", title)
            writer.member("kind", kind.rawValue)
            writer.member("state", state.rawValue)
            if let late { writer.member("late", late) }
            writer.member("partner", partner)
            writer.member("since", since)
            writer.member("due", due)
            writer.member("paused_since", pausedSince)
            writer.member("kept_at", keptAt)
            writer.member("missed_at", missedAt)
            writer.member("reopened", reopened)
            if let score { writer.member("score", score) }
            if let steps { writer.member("steps", steps) }
            writer.endObject()
        }
    }
}

extension Wire.Word<Wire.Commitment> {
    package static var promise: Self { "promise" }
    package static var obligation: Self { "obligation" }
}

extension Wire.Word<Wire.Commitment.States> {
    package static var open: Self { "open" }
    package static var paused: Self { "paused" }
    package static var kept: Self { "kept" }
    package static var missed: Self { "missed" }
    package static var ended: Self { "ended" }
}
