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

    package init(
        id: String, name: String, dwelling: String, residence: String, language: String, publics: [String],
        movedIn: LocalDate?, place: Place?
    ) {
        self.id = id
        self.name = name
        self.dwelling = dwelling
        self.residence = residence
        self.language = language
        self.publics = publics
        self.movedIn = movedIn
        self.place = place
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
