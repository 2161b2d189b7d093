import ConciergeKit
import ConciergeProtocol

extension DaemonConfiguration {
    /// Who may do what, by Unix group. Where the section is not there, everybody who can open the socket may do
    /// everything; where it is, a role that it leaves out is nobody's. What is written and says nothing is refused: it must
    /// not open what its author meant to close.
    struct AccessSection: Settings {
        @Setting("May look: status, lists, requests, history, watch.", blank: AccessSection.noGroup("viewers"))
        var viewers: [String]? = nil
        @Setting(
            "May do that, and open, act, trigger, retry, cancel, release a request.",
            blank: AccessSection.noGroup("staff"))
        var staff: [String]? = nil
        @Setting("May do that, and reload, back up, release a provider.", blank: AccessSection.noGroup("admins"))
        var admins: [String]? = nil

        /// The roles with the names of their groups, by key.
        var roles: [(key: String, role: Role, groups: [String])] {
            [("viewers", .viewer, viewers ?? []), ("staff", .staff, staff ?? []), ("admins", .admin, admins ?? [])]
        }

        private static func noGroup(_ role: String) -> String {
            "no group is named: write a list like [concierge-\(role)], or [] for nobody"
        }
    }
}
