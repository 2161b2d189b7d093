package import Civil

extension CommitmentMethods {
    /// What has become of commitments, counted by groups.
    package struct Report: ControlMethod {
        package static let declaration = MethodDeclaration("Report", of: .commitments, for: .viewer, isSigned: false)

        /// By what they are told apart: service, commitment, partner, resident, residence, territory, public, month.
        package var by: [String]?
        /// Those that were made from then on.
        package var since: Instant?
        /// Those that were made before.
        package var until: Instant?
        package var service: String?
        /// `promise` or `obligation`; nil for promises.
        package var kind: Wire.Commitment.Kind?

        package init(
            by: [String]? = nil, since: Instant? = nil, until: Instant? = nil, service: String? = nil,
            kind: Wire.Commitment.Kind? = nil
        ) {
            self.by = by
            self.since = since
            self.until = until
            self.service = service
            self.kind = kind
        }

        package struct Reply: WireValue, Hashable {
            package var rows: [Row]

            package init(rows: [Row]) { self.rows = rows }
        }

        package struct Row: WireValue, Hashable {
            /// The values of the group, in the order of the call's `by`; empty texts where there is none.
            package var values: [String]
            package var made: Int
            package var kept: Int
            package var missed: Int
            package var open: Int
            package var ended: Int
            package var paused: Int
            package var reopened: Int
            /// The time in which half of the work was done, in seconds.
            package var median: Int?
            /// The time in which nine tenths of it were done, in seconds.
            package var ninetieth: Int?
            package var scores: Int
            package var satisfied: Int

            package init(
                values: [String], made: Int, kept: Int, missed: Int, open: Int, ended: Int, paused: Int, reopened: Int,
                median: Int?, ninetieth: Int?, scores: Int, satisfied: Int
            ) {
                self.values = values
                self.made = made
                self.kept = kept
                self.missed = missed
                self.open = open
                self.ended = ended
                self.paused = paused
                self.reopened = reopened
                self.median = median
                self.ninetieth = ninetieth
                self.scores = scores
                self.satisfied = satisfied
            }
        }
    }
}
