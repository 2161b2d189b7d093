package import ConciergeKit

/// All providers, services, tasks and schedules that are served now, by id.
package struct Registry: Sendable {
    /// Identifies this lodge: the delay of each schedule within its spread is derived from it.
    private let lodge: String
    /// The zone in which times in the texts of providers are written.
    package let zone: Zone
    /// The working calendars by which commitments are counted.
    package let calendars: CalendarBook
    /// Which services are offered to whom.
    package let offers: OfferBook
    /// Who works for the office.
    package let partners: PartnerBook
    /// When notices leave by mail; nil where staff tell all of them.
    package let mail: MailPlan?
    /// For how long staff may take back what they did.
    package let undoWithin: Duration
    package private(set) var providers: [ProviderContents] = []
    private var services: [ServiceID: (provider: ProviderID, table: ServiceTable)] = [:]
    private var tasks: [TaskID: (provider: ProviderID, task: TaskDefinition)] = [:]
    private var manifests: [ProviderID: ProviderManifest] = [:]
    private var tasksByProvider: [ProviderID: [TaskDefinition]] = [:]
    package private(set) var schedules: [ScheduleID: Schedule] = [:]
    private var providersWithLines: Set<ProviderID> = []
    /// By claim as the ledger stores it, how many units there are.
    package private(set) var capacities: [String: Int] = [:]
    private var delays: [ScheduleID: Duration] = [:]
    /// By service, the signals that it listens to.
    package private(set) var listeners: Listeners = [:]

    package init(
        lodge: String = "", zone: Zone = .utc, calendars: CalendarBook? = nil, offers: OfferBook = OfferBook(),
        partners: PartnerBook = PartnerBook(), mail: MailPlan? = nil, undoWithin: Duration = .minutes(10)
    ) {
        self.lodge = lodge
        self.zone = zone
        self.calendars = calendars ?? CalendarBook(zone: zone)
        self.offers = offers
        self.partners = partners
        self.mail = mail
        self.undoWithin = undoWithin
    }

    package mutating func add(_ provider: ProviderContents) {
        providers.append(provider)
        let id = provider.id
        manifests[id] = provider.manifest
        for table in provider.services {
            services[table.id] = (id, table)
            if !table.heard.isEmpty { listeners[table.id] = Set(table.heard) }
        }
        if provider.services.contains(where: \.hasLines) { providersWithLines.insert(id) }
        for capacity in provider.capacities { capacities[ClaimName.of(capacity.key, provider: id)] = capacity.units }
        let calendar = calendars.calendar(of: id.rawValue).calendar
        let ready = provider.tasks.map { $0.keeping(calendar) }
        for task in ready { tasks[task.key] = (id, task) }
        tasksByProvider[id] = ready
        for schedule in provider.schedules { set(schedule) }
    }

    /// Adds a schedule, or replaces the one with the same id.
    package mutating func set(_ schedule: Schedule) {
        schedules[schedule.key] = schedule
        delays[schedule.key] = delay(within: schedule.spread, for: schedule.id)
    }

    private func delay(within spread: Duration, for id: String) -> Duration {
        guard spread.milliseconds > 0 else { return .zero }
        return .milliseconds(Int64(Fingerprint.hash(of: [lodge, id]) % UInt64(spread.milliseconds)))
    }

    /// How much later than its calendar moment a schedule triggers its task: the same at every elapse and after every
    /// start.
    package func delay(of schedule: ScheduleID) -> Duration { delays[schedule] ?? .zero }

    package func service(_ id: ServiceID) -> (provider: ProviderID, table: ServiceTable)? { services[id] }
    /// The signals that the services raise.
    package var signals: Set<String> { services.values.reduce(into: []) { $0.formUnion($1.table.signals) } }
    package func task(_ id: TaskID) -> (provider: ProviderID, task: TaskDefinition)? { tasks[id] }
    package func manifest(of provider: ProviderID) -> ProviderManifest? { manifests[provider] }
    /// Whether requests of a provider can be in line.
    func hasLines(_ provider: ProviderID) -> Bool { providersWithLines.contains(provider) }
    package var servicesWithLines: Set<ServiceID> { Set(services.filter(\.value.table.hasLines).keys) }
    package var serviceIDs: Set<ServiceID> { Set(services.keys) }
    package var taskIDs: Set<TaskID> { Set(tasks.keys) }

    func tasks(of provider: ProviderID) -> [TaskDefinition] { tasksByProvider[provider] ?? [] }
    func ratedTasks(of provider: ProviderID) -> [TaskDefinition] { tasks(of: provider).filter { $0.rate != nil } }

    /// The maximum number of runs of a provider that may be under way at once; nil if it is not served.
    func concurrency(of provider: ProviderID) -> Int? { manifests[provider]?.concurrency }
}
