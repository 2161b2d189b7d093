import ConciergeProtocol

extension DaemonConfiguration {
    /// Who may do what, by Unix group. Where the section is not there, everybody who can open the socket may do
    /// everything; where it is, a role that it leaves out is nobody's.
    struct AccessSection: Decodable, Sendable {
        var viewers: [String]?
        var staff: [String]?
        var admins: [String]?

        /// The roles with the names of their groups, by key.
        var roles: [(key: String, role: Role, groups: [String])] {
            [("viewers", .viewer, viewers ?? []), ("staff", .staff, staff ?? []), ("admins", .admin, admins ?? [])]
        }
    }

    /// Reads the section `access`; nil where there is none. One that is written and says nothing is refused: it must
    /// not open what its author meant to close.
    static func access(_ tree: ConfigurationTree) throws(ConfigurationError) -> AccessSection? {
        switch tree.presence(at: ["access"]) {
        case .absent: return nil
        case .blank:
            throw tree.error(
                at: ["access"],
                reason: "the section is empty: name groups for viewers, staff or admins, write {} for nobody, or take "
                    + "the line out for everybody who can open the socket")
        case .filled: break
        }
        let section: AccessSection = try tree.decode(at: ["access"])
        for (key, _, groups) in section.roles {
            if tree.presence(at: ["access", key]) == .blank {
                throw tree.error(
                    at: ["access", key],
                    reason: "no group is named: write a list like [concierge-\(key)], or [] for nobody")
            }
            if groups.contains("") { throw tree.error(at: ["access", key], reason: "a group has an empty name") }
        }
        return section
    }
}
