import ConciergeKit

/// The provider's section of the configuration.
public struct Settings: Decodable, Sendable {
    /// What is promised for an urgency.
    struct Promise: Sendable {
        /// From the triage to the deadline.
        var due: Duration
        /// From the warning to the deadline.
        var warning: Duration
    }

    private(set) var promises: [Urgency: Promise]
    /// After so many visits that found nobody a repair is cancelled, where its category allows it.
    private(set) var noAccessLimit: Int
    /// When the report of overdue repairs is made.
    private(set) var reportAt: TimeOfDay

    private enum CodingKeys: String, CodingKey {
        case urgencies
        case noAccessLimit = "no_access_limit"
        case reportAt = "report_at"
    }

    private enum UrgencyKeys: String, CodingKey {
        case u1 = "U1"
        case u2 = "U2"
        case u3 = "U3"
    }

    private enum PromiseKeys: String, CodingKey {
        case due, warning
    }

    /// Reads the section; what is not there has its default.
    public init(from decoder: any Decoder) throws {
        let section = try decoder.container(keyedBy: CodingKeys.self)
        var promises: [Urgency: Promise] = [:]
        let urgencies =
            section.contains(.urgencies)
            ? try section.nestedContainer(keyedBy: UrgencyKeys.self, forKey: .urgencies) : nil
        for (urgency, key, usual) in [
            (Urgency.u1, UrgencyKeys.u1, Duration.hours(4)), (.u2, .u2, .hours(24)), (.u3, .u3, .days(5)),
        ] {
            let keys =
                try urgencies.flatMap { urgencies in
                    urgencies.contains(key)
                        ? try urgencies.nestedContainer(keyedBy: PromiseKeys.self, forKey: key) : nil
                }
            let due = try keys?.decodeIfPresent(TimeSpan.self, forKey: .due)?.duration ?? usual
            let warning = try keys?.decodeIfPresent(TimeSpan.self, forKey: .warning)?.duration ?? due / 4
            promises[urgency] = Promise(due: due, warning: warning)
        }
        self.promises = promises
        noAccessLimit = try section.decodeIfPresent(Int.self, forKey: .noAccessLimit) ?? 3
        reportAt = try section.decodeIfPresent(TimeOfDay.self, forKey: .reportAt) ?? TimeOfDay(minutes: 8 * 60)
    }

    /// What is promised for an urgency.
    subscript(urgency: Urgency) -> Promise {
        // Decoding sets every urgency; the fallback is the longest promise of the defaults.
        promises[urgency] ?? Promise(due: .days(5), warning: .hours(30))
    }

    func check() throws(ProviderError) {
        for urgency in Urgency.allCases {
            guard self[urgency].due >= .seconds(1) else {
                throw .invalidConfiguration(
                    key: "urgencies.\(urgency.rawValue).due", reason: "a repair must be given a second at least")
            }
            guard self[urgency].warning < self[urgency].due else {
                throw .invalidConfiguration(
                    key: "urgencies.\(urgency.rawValue).warning",
                    reason: "the warning must be given less than \(TimeSpan(self[urgency].due)) before the deadline")
            }
        }
        guard noAccessLimit >= 1 else {
            throw .invalidConfiguration(key: "no_access_limit", reason: "there must be one visit at least")
        }
    }
}
