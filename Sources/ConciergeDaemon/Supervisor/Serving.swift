import ConciergeEngine
import ConciergeKit
import Glibc
import Logging
import Synchronization
import Systemd
import UpgradeCheck
import Wording

/// Serves the providers' services, tasks and schedules, with the configured settings of the schedules.
final class Serving: Sendable {
    /// The section `schedules`, the lodge's time zone for its calendars, the working calendars, the offers and the partners.
    private struct Wanted {
        var schedules: [String: DaemonConfiguration.ScheduleSection]
        var zone: Zone
        var calendars: CalendarBook
        var offers: OfferBook
        var partners: PartnerBook
        var mail: MailPlan?
        var undoWithin: Duration

        init(_ configuration: DaemonConfiguration) {
            schedules = configuration.schedules
            zone = configuration.lodge.timeZone
            calendars = configuration.calendarBook
            offers = configuration.offerBook
            partners = configuration.partnerBook
            mail = configuration.messages.plan(lodge: configuration.lodge.timeZone)
            undoWithin = configuration.lodge.undoWithin
        }
    }

    let supervisor: Supervisor
    let served: ServedRegistry
    private let loop: EngineLoop
    private let ledger: any Ledger
    private let health: StorageHealth
    private let journal: Journal
    private let wanted: Mutex<Wanted>
    /// Two callers that serve at the same time could end with the older contents.
    private let turns = OneAtATime()

    init(
        _ supervisor: Supervisor, _ configuration: DaemonConfiguration, served: ServedRegistry, loop: EngineLoop,
        ledger: any Ledger, health: StorageHealth, journal: Journal
    ) {
        self.supervisor = supervisor
        self.served = served
        self.loop = loop
        self.ledger = ledger
        self.health = health
        self.journal = journal
        wanted = Mutex(Wanted(configuration))
    }

    /// Adopts another configuration for the next ``serve()``.
    func adopt(_ configuration: DaemonConfiguration) { wanted.withLock { $0 = Wanted(configuration) } }

    /// Serves the current contents of the providers.
    func serve() async throws(LedgerError) {
        let registry = try await turns.run { () async throws(LedgerError) in
            let next = await supervisor.next
            let registry = asConfigured(next.registry)
            try await loop.serve(registry)
            served.replace(with: registry)
            await supervisor.endReplaced(next.replaced)
            return registry
        }
        journal.tellUnattended(try await ledger.unattended(by: registry))
        journal.tellUnheard(registry)
        journal.tellOverbooked(
            try await ledger.booked(
                beyond: registry.capacities, at: Daemon.systemClock(), limit: Self.namedBookings),
            registry.capacities)
    }

    /// The maximum number of bookings beyond a capacity that a start or reload names for each key.
    private static let namedBookings = 20

    /// Serves the current contents of the providers. If the ledger's storage refuses changes now, they are served once
    /// it accepts them again.
    func serveOnceWritten() async throws(LedgerError) {
        do throws(LedgerError) {
            try await serve()
        } catch  where error.isOfStorage {
            health.failed(error)
        }
    }

    private func asConfigured(_ offered: Registry) -> Registry {
        let wanted = wanted.withLock(\.self)
        let zone = wanted.zone
        var registry = Registry(
            lodge: Self.machine, zone: zone, calendars: wanted.calendars, offers: wanted.offers,
            partners: wanted.partners, mail: wanted.mail, undoWithin: wanted.undoWithin)
        for contents in offered.providers { registry.add(contents) }
        if wanted.mail != nil { registry.add(SendMail.contents) }
        for (id, section) in wanted.schedules.sorted(by: { $0.key < $1.key }) {
            if let schedule = registry.schedules[ScheduleID(id)] {
                registry.set(section.applied(to: schedule, lodge: zone))
            }
        }
        return registry
    }

    /// The machine's id (machine-id(5)), or else its host name. The spreads of schedules are derived from it.
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

/// Checks a provider's stored requests before it serves.
struct StoredRequestsCheck: Sendable {
    let ledger: any Ledger
    let journal: Journal
    let manager: ServiceManager

    /// Checks whether a provider can read all stored requests of its services, and upgrades those that must be upgraded
    /// before it serves. If an earlier start of the same build has checked them, it reads nothing.
    func check(_ contents: ProviderContents) async throws(LedgerError) -> UpgradeFindings {
        let id = contents.manifest.id
        let begun = Daemon.systemClock()
        let findings = try await ledger.admit(contents, build: Self.build, now: begun) { [manager] _ in
            // Reading a million requests takes longer than the service manager waits for a start.
            manager.extendTimeout(by: .seconds(60))
        }
        if findings.count > 0 {
            let time = Daemon.systemClock() - begun
            journal.log(
                .info, nil,
                "\(id): \(findings.count.counted("stored request was", "stored requests were")) looked at in \(time)",
                ["provider": id])
        }
        if findings.outdated > 0, findings.complaint == nil {
            journal.log(
                .notice, .requestsUpgraded,
                "\(id): \(findings.outdated.counted("request was", "requests were")) brought up to date",
                ["provider": id])
        }
        return findings
    }

    /// Identifies a build of the program by the file that it runs from: its inode, size, mtime and ctime.
    private static let build: String = {
        var status = stat()
        guard stat("/proc/self/exe", &status) == 0 else { return "" }
        let times = [status.st_mtim, status.st_ctim].map { "\($0.tv_sec).\($0.tv_nsec)" }
        return "\(status.st_ino) \(status.st_size) \(times.joined(separator: " "))"
    }()
}

extension Journal {
    /// Logs the open requests, runs and signals that are unattended.
    fileprivate func tellUnattended(_ unattended: Unattended) {
        for (service, count) in unattended.openRequests.sorted(by: { $0.key < $1.key }) {
            log(
                .warning, .requestsUnattended,
                "\(count.counted("open request waits", "open requests wait")), nobody serves \(service)",
                ["service": service.rawValue])
        }
        for (task, count) in unattended.queuedRuns.sorted(by: { $0.key < $1.key }) {
            log(
                .warning, .requestsUnattended, "\(count.counted("run waits", "runs wait")), nobody serves \(task)",
                ["task": task.rawValue])
        }
        for (service, count) in unattended.deliveries.sorted(by: { $0.key < $1.key }) {
            log(
                .warning, .requestsUnattended,
                "\(count.counted("signal waits", "signals wait")), nobody serves \(service)",
                ["service": service.rawValue])
        }
    }

    /// Logs the listeners that nobody tells anything.
    fileprivate func tellUnheard(_ registry: Registry) {
        for unheard in registry.unheard {
            log(.warning, .signalUnheard, unheard.description, ["service": unheard.service.rawValue])
        }
    }

    /// Logs the bookings of units that there are no more.
    fileprivate func tellOverbooked(_ booked: [String: [HeldRange]], _ capacities: [String: Int]) {
        for (claim, ranges) in booked.sorted(by: { $0.key < $1.key }) {
            for range in ranges {
                let (provider, key) = ClaimName.parts(of: claim)
                log(
                    .warning, .overbooked,
                    "\(key) has \((capacities[claim] ?? 0).counted("unit")) now, and unit \(range.unit) stays "
                        + "booked from \(range.time.lowerBound) to \(range.time.upperBound)",
                    ["provider": provider.rawValue, "request": range.request.description])
            }
        }
    }
}
