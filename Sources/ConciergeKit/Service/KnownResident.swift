/// What the lodge's directory knows of the resident for whom a request is.
///
/// It is as the landlord's own system has written it, when the rule runs: a resident who moves or leaves the directory is
/// known otherwise, or not at all, in the next rule.
public struct KnownResident: Sendable, Hashable {
    /// The key in the landlord's own system, which is also ``Moment/resident``, perhaps in another form.
    public let id: String
    /// First name and surname, in the order in which they are written.
    public let name: String
    /// Where they live, as on the door: `B 204`.
    public let dwelling: String
    /// What the residence is called there; empty if that is not said.
    public let residence: String
    /// In which language they are written to, such as `fr`; empty if nobody has said it.
    public let language: String
    /// The groups of people to whom they belong, such as `senior`, as the file has them.
    public let publics: [String]
    /// The day from which the lease runs, if it is known.
    public let movedIn: LocalDate?
    /// The building and the flat where they live; nil if the directory has residents without places.
    public let place: Place?
    /// How the lodge reaches them, the preferred way first: what staff have noted, else by mail if the directory has an
    /// address, by telephone if it has a number, by their letter box, and at their door. It is never empty.
    public let channels: [Channel]
    /// What staff have noted of them.
    package let dossier: Dossier

    package init(
        id: String, name: String, dwelling: String, residence: String, language: String, publics: [String],
        movedIn: LocalDate?, place: Place?, channels: [Channel], dossier: Dossier
    ) {
        self.id = id
        self.name = name
        self.dwelling = dwelling
        self.residence = residence
        self.language = language
        self.publics = publics
        self.movedIn = movedIn
        self.place = place
        self.channels = channels
        self.dossier = dossier
    }
}

extension KnownResident {
    /// When they are away, the earliest first.
    public var absences: [Days] { dossier.absences }
    /// All that they have agreed to, what they withdrew and what is over too: see ``consents(to:on:)``.
    public var consents: [Consent] { dossier.consents }
    /// All who may act for them, or might once: see ``mandate(for:on:)``.
    public var mandates: [Mandate] { dossier.mandates }

    /// Whether they agree to something on a day: `resident.consents(to: "heatwave-calls", on: moment.today)`.
    public func consents(to purpose: String, on day: LocalDate) -> Bool { dossier.consents(to: purpose, on: day) }

    /// Whether they are not at home on a day, as far as staff know.
    public func isAway(on day: LocalDate) -> Bool { dossier.isAway(on: day) }

    /// Whether they are registered as fragile on a day: they are of the public `fragile`, and agree to `fragile`.
    public func isFragile(on day: LocalDate) -> Bool {
        publics.contains { Folding.text($0) == Self.fragile } && consents(to: Self.fragile, on: day)
    }

    private static let fragile = "fragile"

    /// The mandate by which somebody acts for them in a service on a day: of several the first that names the service,
    /// else the first that is for all; nil if nobody may.
    public func mandate(for service: String, on day: LocalDate) -> Mandate? {
        dossier.holder(for: ServiceID(service), on: day)
    }

    /// The mandate by which this person acts for them in a service on a day: `try resident.mandate(of: input.who, …)`.
    ///
    /// - Parameters:
    ///   - holder: The person's name, or their id in the directory.
    ///   - service: The id of the service.
    ///   - day: The day on which the mandate must hold.
    /// - Throws: Why the person may not act: there is no mandate, it is for other services, it has not begun, has
    ///   expired, or was ended.
    public func mandate(of holder: String, for service: String, on day: LocalDate) throws(Refusal) -> Mandate {
        try dossier.mandate(of: holder, for: ServiceID(service), on: day)
    }
}

/// A residence of the lodge's directory, or a dwelling or a common part in it.
public struct Place: Sendable, Hashable {
    /// The residence's key in the landlord's own system.
    public let residence: String
    /// How people call the residence.
    public let name: String
    /// Street and town, in one or more lines; empty if unknown.
    public let address: String
    /// The part of the landlord's stock to which the residence belongs; empty if unknown.
    public let territory: String
    /// Whose wall clock is right there; nil where the working calendar says it.
    public let zone: Zone?
    /// Whose public holidays are kept there, such as `FR-57`; empty where the working calendar says it.
    public let holidayRegion: String
    /// The name of the working calendar of the residence's lodge; empty if it has none of its own.
    public let workingCalendar: String
    /// How the residence's lodge is called; empty if it has no number of its own.
    public let phone: String
    /// What the tenants share, such as the laundry.
    public let commonParts: [String]
    /// Nil for the residence as a whole, for a common part, and if the directory does not have the dwelling.
    public let dwelling: Dwelling?
    /// The common part that the request is about, such as the lift; nil for anything else.
    public let commonPart: String?

    /// A flat or a house of a residence.
    public struct Dwelling: Sendable, Hashable {
        /// As the door says it: `B 204`.
        public let label: String
        /// The storey in the landlord's own words; empty if unknown.
        public let floor: String
        /// Whether it suits people of reduced mobility; nil if the file does not say so.
        public let isAdapted: Bool?
        /// Whether there is connected equipment in it; nil if the file does not say so.
        public let isConnected: Bool?

        package init(label: String, floor: String, isAdapted: Bool?, isConnected: Bool?) {
            self.label = label
            self.floor = floor
            self.isAdapted = isAdapted
            self.isConnected = isConnected
        }
    }

    package init(
        residence: String, name: String, address: String, territory: String, zone: Zone?, holidayRegion: String,
        workingCalendar: String, phone: String, commonParts: [String], dwelling: Dwelling?,
        commonPart: String? = nil
    ) {
        self.residence = residence
        self.name = name
        self.address = address
        self.territory = territory
        self.zone = zone
        self.holidayRegion = holidayRegion
        self.workingCalendar = workingCalendar
        self.phone = phone
        self.commonParts = commonParts
        self.dwelling = dwelling
        self.commonPart = commonPart
    }
}
