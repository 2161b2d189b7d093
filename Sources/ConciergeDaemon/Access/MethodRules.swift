/// What the caller of a method must be, and whether what it does is written down with the caller's name.
struct MethodRule: Sendable {
    let role: Role
    let isSigned: Bool

    /// What each method of the control interface needs. One that is not here is refused to everybody.
    static let all: [String: MethodRule] = {
        var rules: [String: MethodRule] = [:]
        for name in ["Status", "Providers", "Services", "Schedules"] {
            rules["org.concierged.Manager." + name] = MethodRule(role: .viewer, isSigned: false)
        }
        // Nothing of it is written down by name, so that it works where names cannot be looked up.
        rules["org.concierged.Manager.Reload"] = MethodRule(role: .admin, isSigned: false)
        for name in [
            "Backup", "PauseProvider", "ResumeProvider", "ReleaseProvider", "PauseSchedule", "ResumeSchedule",
        ] {
            rules["org.concierged.Manager." + name] = MethodRule(role: .admin, isSigned: true)
        }
        for name in ["Get", "List", "Watch"] {
            rules["org.concierged.Requests." + name] = MethodRule(role: .viewer, isSigned: false)
        }
        for name in ["Open", "Act", "Release"] {
            rules["org.concierged.Requests." + name] = MethodRule(role: .staff, isSigned: true)
        }
        for name in ["List", "GetRun", "ListRuns", "WatchRun"] {
            rules["org.concierged.Tasks." + name] = MethodRule(role: .viewer, isSigned: false)
        }
        for name in ["Trigger", "RetryRun", "CancelRun"] {
            rules["org.concierged.Tasks." + name] = MethodRule(role: .staff, isSigned: true)
        }
        return rules
    }()
}
