import ConciergeKit

/// The provider's section of the configuration.
public struct Settings: Decodable, Sendable {
    /// By id, as they stand in the section; ``practice(in:)`` checks them.
    private(set) var practitioners: [String: PractitionerSettings]
    /// How long before the start the resident is reminded; nothing for no reminder.
    private(set) var reminder: TimeSpan
    /// How far ahead a slot can be booked.
    private(set) var horizon: TimeSpan
    /// From how long before the start an appointment cannot be cancelled any more.
    private(set) var cancelCutOff: TimeSpan
    /// When the day sheet is made.
    private(set) var daySheetAt: TimeOfDay

    private enum CodingKeys: String, CodingKey {
        case practitioners, reminder, horizon
        case cancelCutOff = "cancel_cut_off"
        case daySheetAt = "day_sheet_at"
    }

    /// Reads the section; what is not there has its default.
    public init(from decoder: any Decoder) throws {
        let section = try decoder.container(keyedBy: CodingKeys.self)
        practitioners =
            try section.decodeIfPresent([String: PractitionerSettings].self, forKey: .practitioners) ?? [:]
        reminder = try section.decodeIfPresent(TimeSpan.self, forKey: .reminder) ?? TimeSpan(.hours(24))
        horizon = try section.decodeIfPresent(TimeSpan.self, forKey: .horizon) ?? TimeSpan(.days(60))
        cancelCutOff = try section.decodeIfPresent(TimeSpan.self, forKey: .cancelCutOff) ?? TimeSpan(.zero)
        daySheetAt = try section.decodeIfPresent(TimeOfDay.self, forKey: .daySheetAt) ?? TimeOfDay(minutes: 7 * 60)
    }
}

/// A practitioner as the configuration tells of them.
struct PractitionerSettings: Decodable, Sendable {
    let name: String
    let role: String?
    let slot: TimeSpan
    /// By weekday, like `09:00-12:00`.
    let hours: [String: [String]]

    private enum CodingKeys: String, CodingKey {
        case name, role, slot, hours
    }

    init(from decoder: any Decoder) throws {
        let section = try decoder.container(keyedBy: CodingKeys.self)
        name = try section.decode(String.self, forKey: .name)
        role = try section.decodeIfPresent(String.self, forKey: .role)
        slot = try section.decodeIfPresent(TimeSpan.self, forKey: .slot) ?? TimeSpan(.minutes(20))
        hours = try section.decode([String: [String]].self, forKey: .hours)
    }
}
