/// What a resident has agreed to, or had agreed to: withdrawing it does not delete it.
public struct Consent: Sendable, Hashable, Codable {
    /// What it is for, as staff wrote it: `heatwave-calls`. It is compared by ``Folding/text(_:)``.
    public let purpose: String
    /// The days for which it was given.
    public let days: Days
    /// The first day on which it does not count because the resident withdrew it; nil if they did not.
    public package(set) var withdrawn: LocalDate?
    /// Who recorded it, and when.
    package let recorded: RecordedBy
    /// Who recorded that it was withdrawn, and when.
    package var withdrawal: RecordedBy?

    package init(
        purpose: String, days: Days, withdrawn: LocalDate? = nil, recorded: RecordedBy, withdrawal: RecordedBy? = nil
    ) {
        self.purpose = purpose
        self.days = days
        self.withdrawn = withdrawn
        self.recorded = recorded
        self.withdrawal = withdrawal
    }

    /// Whether it counts on a day: that day is one of its days, and it is not withdrawn by then.
    public func counts(on day: LocalDate) -> Bool { counted?.contains(day) ?? false }

    /// The days on which it counts; nil if it was withdrawn before its first one.
    package var counted: Days? { withdrawn.map { days.ending(before: $0) } ?? days }

    package func isTo(_ purpose: String) -> Bool { Folding.text(self.purpose) == Folding.text(purpose) }
}

/// Who wrote something into a dossier, and when.
package struct RecordedBy: Sendable, Hashable, Codable {
    package let actor: String
    package let at: Instant

    package init(_ actor: String, at: Instant) {
        self.actor = actor
        self.at = at
    }
}
