public import ConciergeKit

/// The provider's section of the configuration.
public struct Settings: Decodable, Sendable {
    /// How long a parcel is kept before it goes back; 14 days, as at a post office.
    public var holding: TimeSpan
    /// How long after its arrival the resident is reminded, and again each time as long after that.
    public var remindEvery: TimeSpan
    /// When the shelves are audited.
    public var auditAt: TimeOfDay

    private enum CodingKeys: String, CodingKey {
        case holding
        case remindEvery = "remind_every"
        case auditAt = "audit_at"
    }

    /// Reads the section; what is not there has its default.
    public init(from decoder: any Decoder) throws {
        let section = try decoder.container(keyedBy: CodingKeys.self)
        holding = try section.decodeIfPresent(TimeSpan.self, forKey: .holding) ?? TimeSpan(.days(14))
        remindEvery = try section.decodeIfPresent(TimeSpan.self, forKey: .remindEvery) ?? TimeSpan(.days(3))
        auditAt = try section.decodeIfPresent(TimeOfDay.self, forKey: .auditAt) ?? TimeOfDay(minutes: 7 * 60)
    }

    func check() throws(ProviderError) {
        guard holding.duration >= .seconds(1) else {
            throw .invalidConfiguration(key: "holding", reason: "a parcel must be kept for a second at least")
        }
        guard remindEvery.duration >= .seconds(1) else {
            throw .invalidConfiguration(
                key: "remind_every", reason: "there must be a second at least between reminders")
        }
    }
}
