import ConciergeEngine
import ConciergeKit
import Glibc
import Logging
import Synchronization
import Wording

extension Daemon {
    /// What is offered now, with the schedules as operations want them.
    func registryAsConfigured() async -> Registry {
        let (sections, zone) = schedulesWanted.withLock { ($0.sections, $0.zone) }
        var registry = Registry(lodge: Self.machine, zone: zone)
        for contents in await supervisor.registry.providers { registry.add(contents) }
        for (id, section) in sections.sorted(by: { $0.key < $1.key }) {
            if let schedule = registry.schedules[id] { registry.set(section.applied(to: schedule, lodge: zone)) }
        }
        return registry
    }

    /// Tells this machine from others (machine-id(5)), else its name: from it the parts of schedules' spreads are drawn.
    private static let machine: String = {
        var buffer = [UInt8](repeating: 0, count: 128)
        let file = open("/etc/machine-id", O_RDONLY | O_CLOEXEC)
        if file >= 0 {
            defer { close(file) }
            let count = read(file, &buffer, 32)
            if count == 32 { return String(decoding: buffer.prefix(32), as: UTF8.self) }
        }
        var name = utsname()
        uname(&name)
        return withUnsafeBytes(of: name.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }()
}

/// The section `schedules`, and the lodge's zone that it holds for.
struct SchedulesWanted: Sendable {
    var sections: [String: DaemonConfiguration.ScheduleSection]
    var zone: Zone
}
