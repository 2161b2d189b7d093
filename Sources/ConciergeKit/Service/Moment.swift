import WorkingCalendar

/// Everything that a rule may know of the outside world: the time, the actor, a seed for random codes, which request
/// holds which key, and whom the request is for and which place it is about.
///
/// A rule that uses no other source gives the same result for the same moment, in a test and in the lodge. A moment
/// does not leave its rule: it is not Sendable.
public struct Moment {
    /// The time of the transition. It is the same for everything that one rule does.
    public let now: Instant
    /// The request's id; it exists already while the request is being opened.
    public let request: String
    /// The resident for whom the request was opened, if one was given.
    public let resident: String?
    /// The actor: a login name, or the timer, schedule or run that acts on its own.
    public let actor: String

    /// Determines all codes of the moment. The ledger keeps it with the history line that the rule writes.
    package let seed: UInt64
    /// The place that the request is about; nil if staff gave none.
    package let about: PlaceKey?
    /// Nil in a test that creates the moment itself: all keys are free there, and no timer runs.
    package var answers: (any RuleAnswers)?

    /// What the lodge's directory knows of ``resident``; nil for a text that is nobody's id there, and in a lodge without
    /// a directory. Only a rule that asks for it costs its look-up.
    public var knownResident: KnownResident? { resident.flatMap { answers?.known($0) } }

    /// The place that the request is about, with its dwelling or common part; else the home of ``knownResident``. Nil if
    /// the directory does not have it: a request about a place is never at the resident's home instead. Only a rule that
    /// asks for it costs its look-up.
    public var place: Place? {
        guard let about else { return knownResident?.place }
        return answers?.place(about)
    }

    /// The day on which the rule runs, by the wall clock of ``place``, else of the lodge.
    public var today: LocalDate { (answers?.workingCalendar(at: place).calendar.zone ?? .utc).local(now).date }

    /// When the lodge of ``place`` is open in an ordinary week: `du lundi au vendredi, 8 h – 12 h`. Nil where no working
    /// calendar is configured.
    public var openingHours: Text? {
        guard let entry = answers?.workingCalendar(at: place), entry.name != nil, !entry.calendar.hours.isEmpty else {
            return nil
        }
        return entry.calendar.hours.words
    }

    /// Composes a moment for a test or a benchmark. The same seed gives the same codes, and every key is free.
    public init(now: Instant, request: String, resident: String? = nil, actor: String, seed: UInt64) {
        self.init(now: now, request: request, resident: resident, about: nil, actor: actor, seed: seed)
    }

    package init(
        now: Instant, request: String, resident: String?, about: PlaceKey?, actor: String, seed: UInt64
    ) {
        self.now = now
        self.request = request
        self.resident = resident
        self.about = about
        self.actor = actor
        self.seed = seed
    }

    /// A code of `digits` digits that cannot be guessed from other codes: the lodge draws every moment's seed from the
    /// system's secure generator. Within one moment the same purpose gives the same code.
    public func code(digits: Int, for purpose: String = "") -> String {
        // FNV-1a derives a seed of its own for each purpose.
        var numbers = SplitMix64(seed: purpose.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
        return (0..<digits).reduce(into: "") { code, _ in code += String(numbers.next() % 10) }
    }
}
