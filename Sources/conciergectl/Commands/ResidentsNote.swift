import ArgumentParser
import Civil
import ConciergeProtocol
import Wording

/// The resident whose dossier is changed, and how the answer is shown.
struct NotedResident: ParsableArguments {
    @Argument(help: "The resident's id.")
    var id: String

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    /// Makes the change, and shows what the dossier says then.
    func note(_ call: some DossierMethod) async throws {
        let key = repeatable.key()
        try await common.withConnection { connection in
            try await common.show(try await connection.change(call, key: key), on: connection) {
                connection, reply, console in
                let catalogue = try await reply.dossier.catalogue(connection)
                let noted = Text(
                    fr: "C'est noté pour \(reply.name) (\(reply.id)).", en: "Noted for \(reply.name) (\(reply.id)).")
                try console.print([noted[console.language].inOneLine, ""] + reply.dossier.lines(catalogue, console))
            }
        }
    }
}

struct NoteChannels: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channels", abstract: "Note how a resident wants to be reached, the preferred way first.",
        discussion: """
            email, phone, letter (in the letter box), door. Without a note it is by mail if the directory has an address, \
            by telephone if it has a number, by letter, at the door.
            """)

    @OptionGroup var resident: NotedResident

    @Argument(help: "email, phone, letter, door, in the order of preference.")
    var channels: [String] = []

    @Flag(help: "Forget what was noted.")
    var usual = false

    func validate() throws {
        if channels.isEmpty != usual { throw ValidationError("Give the channels in their order, or --usual.") }
    }

    func run() async throws {
        try await resident.note(
            DossierMethods.Prefer(
                resident: resident.id, channels: channels.map { Wire.Dossier.Channel(rawValue: $0.lowercased()) }))
    }
}

struct NoteAbsence: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "absent", abstract: "Note that a resident is away.",
        discussion: "Another end for the same first day corrects it. When they are back: conciergectl residents back ID"
    )

    @OptionGroup var resident: NotedResident

    @Option(help: ArgumentHelp("The first day, such as 24/12/2026 (default: today).", valueName: "day"))
    var from: String?

    @Option(help: ArgumentHelp("The last day away; without it nobody knows.", valueName: "day"))
    var until: String?

    func run() async throws {
        try await resident.note(
            DossierMethods.Absent(
                resident: resident.id, from: try LocalDate.sent(from, in: "--from"),
                until: try LocalDate.sent(until, in: "--until")))
    }
}

struct NoteReturn: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "back", abstract: "Note that a resident who was away is at home again.",
        discussion: "On the first day of an absence it takes the whole absence back.")

    @OptionGroup var resident: NotedResident

    @Option(help: ArgumentHelp("The first day at home (default: today).", valueName: "day"))
    var on: String?

    func run() async throws {
        try await resident.note(
            DossierMethods.Back(resident: resident.id, on: try LocalDate.sent(on, in: "--on")))
    }
}

struct NoteConsent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent", abstract: "Note what a resident agrees to, or that they withdraw it.",
        discussion: """
            What it is for is a short text, such as fragile or heatwave-calls; offers and services name it. A consent that \
            is withdrawn stays in the dossier as evidence.
            """)

    @OptionGroup var resident: NotedResident

    @Argument(help: "What it is for.")
    var purpose: String

    @Option(help: ArgumentHelp("The first day, such as 24/12/2026 (default: today).", valueName: "day"))
    var from: String?

    @Option(help: ArgumentHelp("The last day; without it until it is withdrawn.", valueName: "day"))
    var until: String?

    @Flag(help: "They withdraw it.")
    var withdraw = false

    @Option(
        help: ArgumentHelp(
            "With --withdraw: the first day on which it does not count (default: today).", valueName: "day"))
    var on: String?

    func validate() throws {
        if withdraw, from != nil || until != nil {
            throw ValidationError("--withdraw goes with --on, not with --from and --until.")
        }
        if !withdraw, on != nil { throw ValidationError("--on goes with --withdraw.") }
    }

    func run() async throws {
        if withdraw {
            return try await resident.note(
                DossierMethods.Withdraw(
                    resident: resident.id, purpose: purpose, on: try LocalDate.sent(on, in: "--on")))
        }
        try await resident.note(
            DossierMethods.Agree(
                resident: resident.id, purpose: purpose, from: try LocalDate.sent(from, in: "--from"),
                until: try LocalDate.sent(until, in: "--until")))
    }
}

struct NoteMandate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mandate", abstract: "Note who may act for a resident, or that they may not any more.",
        discussion: """
            Whoever lives here too is named by --resident. A mandate that is ended or over stays in the dossier as \
            evidence.
            """)

    @OptionGroup var resident: NotedResident

    @Option(help: ArgumentHelp("Who may act.", valueName: "name"))
    var holder: String?

    @Option(
        name: .customLong("resident"), help: ArgumentHelp("The id of another resident who may act.", valueName: "id"))
    var holderResident: String?

    @Option(help: ArgumentHelp("Their address for mails.", valueName: "address"))
    var email: String?

    @Option(help: ArgumentHelp("Their telephone number.", valueName: "number"))
    var phone: String?

    @Option(help: ArgumentHelp("Only for this service; may be given several times.", valueName: "id"))
    var service: [String] = []

    @Option(help: ArgumentHelp("The first day, such as 24/12/2026 (default: today).", valueName: "day"))
    var from: String?

    @Option(help: ArgumentHelp("The last day; without it until it is ended.", valueName: "day"))
    var until: String?

    @Flag(help: "They may not act any more.")
    var end = false

    @Option(
        help: ArgumentHelp("With --end: the first day on which it does not count (default: today).", valueName: "day"))
    var on: String?

    func validate() throws {
        if holder == nil, holderResident == nil { throw ValidationError("Say who it is: --holder or --resident.") }
        if end, [email, phone, from, until].contains(where: { $0 != nil }) {
            throw ValidationError("--end goes with --on and --service alone.")
        }
        if !end, on != nil { throw ValidationError("--on goes with --end.") }
    }

    func run() async throws {
        let services = service.isEmpty ? nil : service
        if end {
            return try await resident.note(
                DossierMethods.EndMandate(
                    resident: resident.id, holder: holderResident ?? holder ?? "", services: services,
                    on: try LocalDate.sent(on, in: "--on")))
        }
        try await resident.note(
            DossierMethods.Empower(
                resident: resident.id, holder: holder, email: email, phone: phone, holderResident: holderResident,
                services: services, from: try LocalDate.sent(from, in: "--from"),
                until: try LocalDate.sent(until, in: "--until")))
    }
}
