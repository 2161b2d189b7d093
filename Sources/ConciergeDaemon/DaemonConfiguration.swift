import ConciergeEngine
public import ConciergeKit
public import Logging

/// The daemon's own part of the configuration. Each provider has its own section under `providers`.
struct DaemonConfiguration: Settings {
    @Setting("The lodge.")
    var lodge = LodgeSection()
    @Setting("The control socket.")
    var control = ControlSection()
    @Setting("What is logged.")
    var journal = JournalSection()
    @Setting("The ledger.")
    var ledger = LedgerSection()
    @Setting("How long what is over is kept, or forever. What is older is deleted, once a day.")
    var retention = RetentionSection()
    @Setting(
        """
        Who may do what, by Unix group. Without this section, whoever can open the socket may do everything; with it, a \
        role that is left out is nobody's.
        """,
        example: AccessSection(
            viewers: ["concierge-viewers"], staff: ["concierge-staff"], admins: ["concierge-admins"]),
        blank: """
            the section is empty: name groups for viewers, staff or admins, write {} for nobody, or take the line out for \
            everybody who can open the socket
            """)
    var access: AccessSection?
    @Setting(
        """
        When a lodge or a partner works, by name: the calendars of promises in working hours and days. conciergectl promise \
        explains a date.
        """,
        example: ["gardiens": .example])
    var workingCalendars: [String: WorkingCalendarSection] = [:]
    @Setting(
        """
        Which services are offered, where, to whom, when and by whom, by name; a service that none of them names is offered to \
        everybody. conciergectl offers lists them.
        """,
        example: ["tilleuls-parcels": .example])
    var offers: [String: OfferSection] = [:]
    @Setting(
        """
        The partners who work for the office, by name as staff write it: a notice for one of them is sent to its address.
        """,
        example: ["plomberie-martin": .example])
    var partners: [String: PartnerSection] = [:]
    @Setting("What residents are told, and how it reaches them.")
    var messages = MessagesSection()
    @Setting(
        """
        What the calendar triggers, by schedule; what is left out is as the provider has it. conciergectl schedules lists \
        them.
        """,
        example: ["parcel.shelf-audit": .example])
    var schedules: [String: ScheduleSection] = [:]

    struct LodgeSection: Settings {
        @Setting("Local times of providers and schedules are those of this zone of the IANA database.")
        var timeZone = Self.usualZone ?? .utc
        @Setting(
            """
            Language of the reasons in errors, for clients that take one only. conciergectl speaks by its user's locale.
            """,
            recommended: .fr)
        var language = Language.en
        /// The zone of a lodge that names none; nil if the machine has no zone database.
        static var usualZone: Zone? { Zone("Europe/Paris") }
        @Setting(
            """
            The working calendar of all promises whose provider has none of its own: one of working_calendars. Without it, \
            the only one there is, or Monday to Friday, 8:00 to 12:00 and 13:30 to 17:30.
            """, example: "gardiens")
        var workingCalendar: String?
        @Setting("How long runs under way are waited for when the daemon stops.")
        var stopLimit: Duration = .seconds(20)
        @Setting(
            """
            Whether a request is refused for a resident whom the directory does not have. Without a directory every text \
            is taken.
            """)
        var knownResidentsOnly = false
        @Setting("For how long staff may take back what they did to a request.", in: .zero ... .hours(24))
        var undoWithin: Duration = .minutes(10)
    }

    struct ControlSection: Settings {
        @Setting("The longest message that is read, in bytes.", in: 1024...(1 << 28))
        var messageLimit = 1 << 20
        @Setting(
            """
            Connections at once. No more than the process may have open files (LimitNOFILE=), less 64.
            """,
            in: 1...1_000_000)
        var connectionLimit = 4096
        @Setting(
            """
            Connections of one user at once; without it, a quarter of all. Root and the daemon's own user have no such \
            limit; the last connections of all (32 at most) are kept for them and the admins.
            """,
            example: 1024, in: 1...1_000_000)
        var userConnectionLimit: Int?
    }

    struct JournalSection: Settings {
        @Setting("Less important lines are left out.")
        var level = Logger.Level.info
    }

    struct LedgerSection: Settings {
        @Setting(
            """
            Whether a new, empty ledger is made where there is none. false refuses that with status 74: for a state \
            directory on a disk of its own, which may not be mounted, once its ledger is there.
            """)
        var create = true
    }

    /// The key of the providers' sections.
    static let providersKey = "providers"

    /// Reads the daemon's sections, and refuses unknown sections.
    ///
    /// - Parameter usualZone: The zone of a lodge that names none. Without it such a lodge is refused: in UTC, all its
    ///   hours would be wrong and nobody told.
    init(
        _ tree: ConfigurationTree, providers: [String], usualZone: Zone? = LodgeSection.usualZone
    ) throws(ConfigurationError) {
        try tree.refuseUnknownKeys(known: Self.schema.settings.map(\.name) + [Self.providersKey])
        try tree.refuseUnknownKeys(
            at: [Self.providersKey], known: providers,
            unknown: Text(fr: "ce module n'existe pas", en: "unknown provider"))
        self = try tree.decode(besides: [Self.providersKey])
        try checkCalendars(tree, providers: providers)
        try checkOffers(tree)
        try checkPartners(tree)
        let zoneKey = ["lodge", "time_zone"]
        if usualZone == nil, !tree.hasValue(at: zoneKey) {
            throw tree.error(
                at: zoneKey, reason: "this machine has no time zones: install the package tzdata, or set it to UTC")
        }
    }

    init() {}
}

extension Logger.Level: SettingWord {}
