/// Right programs, in each of which one part of the author's API is used. All of them are compiled into one module, each
/// mistake with types of its own.
struct Program {
    /// The types that a wrong copy of the program has under names of its own.
    let types: [String]
    let text: String
}

extension Program {
    static let all = [loan, wash, kept, watch, terms, keys]

    /// A service, and the task that its rules run.
    static let loan = Program(
        types: ["Loan"],
        text: #"""
            import ConciergeKit

            struct Loan: Service {
                static let id = "keys.loan"
                static let name = Text(fr: "Prêt de clé", en: "Key loan")
                static let summary = Text(fr: "Une clé est prêtée, et rendue.", en: "A key is lent and given back.")

                struct Record: Codable {
                    var key: String
                    var due: Instant
                    var span: Duration = .hours(4)
                    var note: String?
                }
                struct Lend: Input {
                    static let name = Text(fr: "Prêter une clé", en: "Lend a key")
                    @Field(fr: "Clé", en: "Key", example: "laundry-B") var key: String
                    @Field(fr: "Clés", en: "Keys", in: 1...9) var keys = 1
                    @Field(fr: "Remarques", en: "Notes", in: ...5) var notes: [String]
                }
                struct GiveBack: Input { static let name = Text(fr: "Rendre la clé", en: "Give the key back") }
                struct Letter: Codable { let loan: String }
                static let mail = TaskName<Letter, NoAnswer>("keys.mail", fr: "Écrire", en: "Write")
                let terms: Terms

                func headline(_ loan: Record) -> Text { Text(verbatim: loan.key) }

                var lifecycle: Lifecycle {
                    opening(Lend.self, to: .lent, .returned) { lend, moment in
                        var loan = Draft(Record(key: lend.key, due: moment.now + terms.lending), at: moment)
                        if lend.key.isEmpty { throw Refusal(fr: "Quelle clé ?", en: "Which key?") }
                        try loan.claim("key:\(lend.key)", otherwise: Text(fr: "Déjà prêtée.", en: "Already lent."))
                        loan.start(.overdue, at: loan.record.due)
                        return loan
                    }
                    after(.overdue, in: .lent) { loan in
                        loan.run(Self.mail, .init(loan: loan.id))
                        loan.notify(.resident, "overdue", fr: "La clé \(loan.record.key) ?", en: "The key?")
                    }
                    ended(Self.mail, in: .lent) { mail, loan in _ = (mail, loan.record.key) }
                    on(GiveBack.self, from: .lent, to: .returned) { _, loan in loan.record.note = nil }
                }
            }

            extension StateOf<Loan> {
                static var lent: Self { open(fr: "prêtée", en: "lent", turn: .resident) }
                static var returned: Self { closed(fr: "rendue", en: "returned") }
            }

            extension TimerOf<Loan> {
                static var overdue: Self { timer(fr: "en retard", en: "it is overdue") }
            }
            """#)

    /// Claims of each kind, and a line.
    static let wash = Program(
        types: ["Wash"],
        text: #"""
            import ConciergeKit

            struct Wash: Service {
                static let id = "keys.wash"
                static let name = Text(fr: "Lessive", en: "Wash")
                static let summary = Text(fr: "Une machine est prise.", en: "A machine is taken.")

                struct Record: Codable {
                    var machine = ""
                    var unit = 0
                }
                struct Stop: Input { static let name = Text(fr: "Arrêter", en: "Stop") }

                func headline(_ wash: Record) -> Text { Text(verbatim: wash.machine) }

                var lifecycle: Lifecycle {
                    opening(NoInput.self, to: .washing, .waiting) { _, moment in
                        var wash = Draft(Record(), at: moment)
                        let (start, end) = (wash.now, wash.now + .hours(1))
                        try wash.claim("quota", atMost: 3, until: end, otherwise: Self.name)
                        wash.record.machine = try wash.claim(oneOf: ["M-1", "M-2"], otherwise: Self.name)
                        wash.record.unit = try wash.claim(start..<end, of: "dryer", units: 2) { free in
                            Text(fr: "Libre : \(free.count)", en: "Free: \(free.count)")
                        }
                        guard let unit = wash.claim(start..<end, of: "iron", units: 2, orWait: .waiting) else {
                            return wash
                        }
                        wash.record.unit = unit
                        return wash
                    }
                    granted(from: .waiting, to: .washing) { claim, wash in wash.record.unit = claim.unit }
                    on(Stop.self, from: .washing, .waiting, to: .stopped)
                }
            }

            extension StateOf<Wash> {
                static var washing: Self { open(fr: "en cours", en: "washing", turn: .clock) }
                static var waiting: Self { open(fr: "en attente", en: "waiting", turn: .clock) }
                static var stopped: Self { closed(fr: "arrêtée", en: "stopped") }
            }
            """#)

    /// A service whose record has changed twice. Its table is in the extension that makes it a service.
    static let kept = Program(
        types: ["Kept"],
        text: #"""
            import ConciergeKit

            struct Kept {
                struct First: Codable { var key: String }
                struct Second: Codable { var key: String, note: String }
                struct Record: Codable { var key: String, note: String?, count: Int }
            }

            extension Kept: Service {
                static let id = "keys.kept"
                static let name = Text(fr: "Garde", en: "Keeping")
                static let summary = Text(fr: "Une clé est gardée.", en: "A key is kept.")
                func headline(_ kept: Record) -> Text { Text(verbatim: kept.key) }
                var upgrades: Upgrades<Self> {
                    Upgrade(from: 1, First.self, to: Second.self) { old in Second(key: old.key, note: "") }
                    Upgrade(from: 2, Second.self, to: Record.self) { old in Record(key: old.key, note: nil, count: 1) }
                }
                var lifecycle: Lifecycle {
                    opening(NoInput.self, to: .kept) { _, moment in
                        Draft(Record(key: "", note: nil, count: 1), at: moment)
                    }
                    on(NoInput.self, from: .kept, to: .gone)
                }
            }

            extension StateOf<Kept> {
                static var kept: Self { open(fr: "gardée", en: "kept", turn: .staff) }
                static var gone: Self { closed(fr: "partie", en: "gone") }
            }
            """#)

    /// Signals, secrets, fields of its own, and a correction.
    static let watch = Program(
        types: ["Watch"],
        text: #"""
            import ConciergeKit

            struct Watch: Service {
                static let id = "keys.watch"
                static let name = Text(fr: "Garde", en: "Watch")
                static let summary = Text(fr: "Un colis est surveillé.", en: "A parcel is watched.")
                static let secrets: Set<String> = ["days"]
                static var signals: [any Signal.Type] { [Watched.self] }

                struct Record: Codable {
                    var days: Int
                    let plot: Plot?
                }
                struct Watched: Signal { let days: Int }
                enum Size: String, Choice {
                    case small, large
                    var words: Text {
                        switch self {
                        case .small: Text(fr: "petit", en: "small")
                        case .large: Text(fr: "grand", en: "large")
                        }
                    }
                }
                struct Plot: WrittenValue, Codable {
                    static let form = Text(fr: "une parcelle comme A-12", en: "a plot like A-12")
                    let writtenText: String
                    init?(written text: String) { writtenText = text }
                }
                struct Mine: Input {
                    static let name = Text(fr: "Colis non retiré", en: "Parcel not collected")
                    @Field(fr: "Jours", en: "Days") var days: Int
                    @Field(fr: "Taille", en: "Size") var size: Size
                    @Field(fr: "Parcelle", en: "Plot") var plot: Plot?
                }

                func headline(_ watch: Record) -> Text { Text(fr: "\(watch.days) j", en: "\(watch.days) d") }

                var lifecycle: Lifecycle {
                    opening(on: "parcel.uncollected", as: Mine.self, to: .watched) { mine, moment in
                        Draft(Record(days: mine.days, plot: mine.plot), at: moment)
                    }
                    on(NoInput.self, from: .watched, to: .over) { _, watch in
                        watch.raise(Watched(days: watch.record.days))
                    }
                    correctable(\.days, as: \Mine.$days)
                }
            }

            extension StateOf<Watch> {
                static var watched: Self { open(fr: "surveillé", en: "watched", turn: .clock) }
                static var over: Self { closed(fr: "terminé", en: "over") }
            }
            """#)

    /// A section of the configuration.
    static let terms = Program(
        types: ["Terms"],
        text: #"""
            import ConciergeKit

            public struct Terms: Settings {
                @Setting("How long a key is lent.", in: .seconds(1)...) var lending: Duration = .hours(4)
                @Setting("When keys are counted.") var countAt = TimeOfDay(minutes: 60)
                public init() {}
                public func check() throws(Mismatch) {
                    if lending > .days(30) { throw $lending.wrong("a key is lent for 30 days at most") }
                }
                struct Fees: Settings {
                    @Setting("What a lost key costs.") var lost: Money
                }
            }
            """#)

    /// A provider with its tasks and schedules.
    static let keys = Program(
        types: ["Keys"],
        text: #"""
            import ConciergeKit

            public struct Keys: ServiceProvider {
                public static let manifest = ProviderManifest(
                    id: "keys", version: "1.0.0", name: Text(fr: "Clés", en: "Keys"), summary: Text(fr: "Des clés.", en: "Keys."))
                static let audit = TaskName<NoInput, Int>("keys.audit", fr: "Compter", en: "Count")
                static let sweep = TaskName<NoInput, NoAnswer>("keys.sweep", fr: "Ranger", en: "Sweep")
                let terms: Terms
                let zone: Zone

                public init(_ terms: Terms, in context: ProviderContext) throws(ProviderError) {
                    self.terms = terms
                    zone = context.zone
                }

                public var services: [any Service] { [Loan(terms: terms), Wash(), Kept()] }
                public var tasks: [TaskDefinition] {
                    [
                        TaskDefinition(Loan.mail) { _, _ in TaskReport(Text(fr: "Écrit.", en: "Written.")) },
                        TaskDefinition(Self.audit, timeLimit: .seconds(30), count),
                        TaskDefinition(Self.sweep, sweep),
                    ]
                }
                public var schedules: [Schedule] { [Schedule(Self.audit, .daily(at: terms.countAt, in: zone))] }
                public var capacities: [Capacity] { [Capacity("dryer", units: 2)] }

                func count(_ input: NoInput, in context: TaskContext) async throws -> TaskReport<Int> {
                    TaskReport(7, Text(fr: "7 clés", en: "7 keys"))
                }

                func sweep(_ input: NoInput, in context: TaskContext) async throws -> TaskReport<NoAnswer> {
                    for try await loan in context.requests(of: Loan.self) where loan.record.due < context.now {
                        let answer = try await context.submit(Loan.GiveBack(), on: loan)
                        if case .refused(let reason) = answer { context.log(reason.en) }
                    }
                    try await context.run(Loan.mail, .init(loan: "K7"))
                    return TaskReport(Text(fr: "Rangé.", en: "Swept."))
                }
            }
            """#)
}
