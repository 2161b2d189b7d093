package import Civil
package import Wording

// The interface org.concierged.Commitments.

extension Wire {
    /// A time in which a promise does not run.
    package struct PromisePause: WireValue, Hashable {
        package var from: Instant
        /// Nil while the promise is still paused.
        package var to: Instant?
        package var reason: String?

        package init(from: Instant, to: Instant?, reason: String? = nil) {
            self.from = from
            self.to = to
            self.reason = reason
        }
    }
}

/// The calls of `org.concierged.Commitments`.
package enum CommitmentMethods {
    /// Calculates when a promise is due, and explains it.
    package struct Explain: ControlMethod {
        package static let declaration = MethodDeclaration("Explain", of: .commitments, for: .viewer, isSigned: false)

        /// `24 hours`, `10 working hours`, `5 working days`, or the same in French.
        package var term: String
        /// `1/11..30/4=1 working day`: other terms of what begins in a season; nil for none.
        package var seasons: [String]?
        /// The name of a working calendar; nil for the only one.
        package var calendar: String?
        /// A residence's id or name: its calendar, zone and public holidays; nil for none.
        package var residence: String?
        /// When the promise begins; nil for now.
        package var from: Instant?
        package var pauses: [Wire.PromisePause]?
        /// False where safety is at stake: then the pauses are refused.
        package var pausable: Bool?

        package init(
            term: String, seasons: [String]? = nil, calendar: String? = nil, residence: String? = nil,
            from: Instant? = nil,
            pauses: [Wire.PromisePause]? = nil, pausable: Bool? = nil
        ) {
            self.term = term
            self.seasons = seasons
            self.calendar = calendar
            self.residence = residence
            self.from = from
            self.pauses = pauses
            self.pausable = pausable
        }

        package struct Reply: WireValue, Hashable {
            /// Nil if the promise stands still or never ends.
            package var due: Instant?
            package var outcome: Outcome
            /// Sentences, in their order.
            package var steps: [Text]

            package typealias Outcome = Wire.Word<CommitmentMethods.Explain>

            package init(due: Instant?, outcome: Outcome, steps: [Text]) {
                self.due = due
                self.outcome = outcome
                self.steps = steps
            }
        }
    }
}

extension Wire.Word<CommitmentMethods.Explain> {
    package static var due: Self { "due" }
    /// The promise is not over, and is paused without an end.
    package static var paused: Self { "paused" }
    /// The calendar is not open within 20 years.
    package static var never: Self { "never" }
}
