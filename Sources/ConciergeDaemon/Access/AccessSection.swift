import ConciergeKit
import ConciergeProtocol

extension DaemonConfiguration {
    /// Which Unix group has which role. If the section is missing, everybody who can open the socket may do everything.
    /// If it exists, nobody has a role that it leaves out. A blank section or key is refused: it must not grant access
    /// that its author meant to deny.
    struct AccessSection: Settings {
        @Setting("May look: status, lists, requests, history, watch.", blank: AccessSection.noGroup("viewers"))
        var viewers: [String]? = nil
        @Setting(
            "May do that, and open, act, trigger, retry, cancel, release a request.",
            blank: AccessSection.noGroup("staff"))
        var staff: [String]? = nil
        @Setting("May do that, and reload, back up, release a provider.", blank: AccessSection.noGroup("admins"))
        var admins: [String]? = nil
        @Setting(
            "May execute tasks for the daemon (docs/operations.md, Workers): by group, the ids of the tasks.",
            example: ["concierge-mail": ["lodge.send-mail"]],
            blank: "no group is named: write a line like concierge-mail: [lodge.send-mail], or {} for nobody")
        var workers: [String: [String]]? = nil

        /// The roles with the names of their groups, by key.
        var roles: [(key: String, role: Role, groups: [String])] {
            [("viewers", .viewer, viewers ?? []), ("staff", .staff, staff ?? []), ("admins", .admin, admins ?? [])]
        }

        private static func noGroup(_ role: String) -> String {
            "no group is named: write a list like [concierge-\(role)], or [] for nobody"
        }
    }
}
