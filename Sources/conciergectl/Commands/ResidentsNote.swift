import ArgumentParser
import Civil
import ConciergeProtocol
import Wording

/// The resident whose dossier is changed, and how the answer is shown.
struct NotedResident: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant du locataire.",
            en: "The resident's id.", value: Text(fr: "identifiant", en: "id")))
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
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "channels",
            Text(
                fr: "Noter comment un locataire veut être joint, le moyen préféré d'abord.",
                en: "Note how a resident wants to be reached, the preferred way first."),
            discussion: Text(
                fr: """
                    courriel, téléphone, lettre (boîte aux lettres), porte. Sans note : par courriel si l'annuaire a une \
                    adresse, par téléphone s'il a un numéro, par lettre, à la porte.
                    """,
                en: """
                    email, phone, letter (in the letter box), door. Without a note it is by mail if the directory \
                    has an address, by telephone if it has a number, by letter, at the door.
                    """))
    }

    @OptionGroup var resident: NotedResident

    @Argument(
        help: ArgumentHelp(
            fr: "courriel, téléphone, lettre, porte, dans l'ordre de préférence.",
            en: "email, phone, letter, door, in the order of preference.", value: Text(fr: "moyen", en: "channel")))
    var channels: [String] = []

    @Flag(help: ArgumentHelp(fr: "Oublier ce qui était noté.", en: "Forget what was noted."))
    var usual = false

    func validate() throws {
        if channels.isEmpty != usual {
            throw ValidationError(
                fr: "donnez les moyens dans l'ordre, ou --usual", en: "give the channels in their order, or --usual")
        }
    }

    func run() async throws {
        try await resident.note(
            DossierMethods.Prefer(
                resident: resident.id, channels: try channels.map { try Wire.Dossier.channel(named: $0) }))
    }
}

extension Wire.Dossier {
    /// The channel with that id or name; what is none is left to the daemon.
    fileprivate static func channel(named typed: String) throws(Failure) -> Channel {
        let names = [
            NameMatch.Candidate(id: "email", name: Text(fr: "courriel", en: "e-mail")),
            NameMatch.Candidate(id: "phone", name: Text(fr: "téléphone", en: "telephone")),
            NameMatch.Candidate(id: "letter", name: Text(fr: "lettre", en: "letter box")),
            NameMatch.Candidate(id: "door", name: Text(fr: "porte", en: "door")),
        ]
        switch NameMatch(names).find(typed) {
        case .one(let found): return Channel(rawValue: found.id)
        case .several(let found): throw .ambiguous(typed, found)
        case .none: return Channel(rawValue: typed.lowercased())
        }
    }
}

struct NoteAbsence: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "absent", Text(fr: "Noter qu'un locataire est absent.", en: "Note that a resident is away."),
            discussion: Text(
                fr: """
                    Une autre fin pour le même premier jour la corrige. À son retour : conciergectl residents back \
                    LOCATAIRE
                    """,
                en: """
                    Another end for the same first day corrects it. When they are back: conciergectl residents back \
                    ID
                    """))
    }

    @OptionGroup var resident: NotedResident

    @Option(
        help: ArgumentHelp(
            fr: "Le premier jour, par exemple demain ou 24/12/2026 (sinon aujourd'hui).",
            en: "The first day, such as 24/12/2026 (default: today).", value: Text(fr: "jour", en: "day")))
    var from: String?

    @Option(
        help: ArgumentHelp(
            fr: "Le dernier jour d'absence ; sans lui, il n'est pas connu.",
            en: "The last day away; without it nobody knows.", value: Text(fr: "jour", en: "day")))
    var until: String?

    func run() async throws {
        try await resident.note(
            DossierMethods.Absent(
                resident: resident.id, from: try LocalDate.sent(from, in: "--from"),
                until: try LocalDate.sent(until, in: "--until")))
    }
}

struct NoteReturn: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "back",
            Text(
                fr: "Noter qu'un locataire absent est rentré.",
                en: "Note that a resident who was away is at home again."),
            discussion: Text(
                fr: "Le premier jour d'une absence, toute l'absence est retirée.",
                en: "On the first day of an absence it takes the whole absence back."))
    }

    @OptionGroup var resident: NotedResident

    @Option(
        help: ArgumentHelp(
            fr: "Le premier jour du retour (sinon aujourd'hui).",
            en: "The first day at home (default: today).", value: Text(fr: "jour", en: "day")))
    var on: String?

    func run() async throws {
        try await resident.note(
            DossierMethods.Back(resident: resident.id, on: try LocalDate.sent(on, in: "--on")))
    }
}

struct NoteConsent: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "consent",
            Text(
                fr: "Noter ce à quoi un locataire consent, ou qu'il y renonce.",
                en: "Note what a resident agrees to, or that they withdraw it."),
            discussion: Text(
                fr: """
                    L'objet est un texte court, comme fragile ou appels-canicule ; les offres et les services le \
                    nomment. Un consentement retiré reste au dossier comme preuve.
                    """,
                en: """
                    What it is for is a short text, such as fragile or heatwave-calls; offers and services name it. \
                    A consent that is withdrawn stays in the dossier as evidence.
                    """))
    }

    @OptionGroup var resident: NotedResident

    @Argument(help: ArgumentHelp(fr: "L'objet.", en: "What it is for.", value: Text(fr: "objet", en: "purpose")))
    var purpose: String

    @Option(
        help: ArgumentHelp(
            fr: "Le premier jour, par exemple demain ou 24/12/2026 (sinon aujourd'hui).",
            en: "The first day, such as 24/12/2026 (default: today).", value: Text(fr: "jour", en: "day")))
    var from: String?

    @Option(
        help: ArgumentHelp(
            fr: "Le dernier jour ; sans lui, jusqu'au retrait.",
            en: "The last day; without it until it is withdrawn.", value: Text(fr: "jour", en: "day")))
    var until: String?

    @Flag(help: ArgumentHelp(fr: "Le consentement est retiré.", en: "They withdraw it."))
    var withdraw = false

    @Option(
        help: ArgumentHelp(
            fr: "Avec --withdraw : le premier jour où il ne vaut plus (sinon aujourd'hui).",
            en: "With --withdraw: the first day on which it does not count (default: today).",
            value: Text(fr: "jour", en: "day")))
    var on: String?

    func validate() throws {
        if withdraw, from != nil || until != nil {
            throw ValidationError(
                fr: "--withdraw va avec --on, et non avec --from et --until",
                en: "--withdraw goes with --on, not with --from and --until")
        }
        if !withdraw, on != nil {
            throw ValidationError(fr: "--on va avec --withdraw", en: "--on goes with --withdraw")
        }
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
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "mandate",
            Text(
                fr: "Noter qui peut agir pour un locataire, ou ne le peut plus.",
                en: "Note who may act for a resident, or that they may not any more."),
            discussion: Text(
                fr: """
                    Qui habite ici aussi est désigné par --resident. Un mandat terminé reste au dossier comme \
                    preuve.
                    """,
                en: """
                    Whoever lives here too is named by --resident. A mandate that is ended or over stays in the \
                    dossier as evidence.
                    """))
    }

    @OptionGroup var resident: NotedResident

    @Option(help: ArgumentHelp(fr: "Qui peut agir.", en: "Who may act.", value: Text(fr: "nom", en: "name")))
    var holder: String?

    @Option(
        name: .customLong("resident"),
        help: ArgumentHelp(
            fr: "L'identifiant d'un autre locataire qui peut agir.",
            en: "The id of another resident who may act.", value: Text(fr: "identifiant", en: "id")))
    var holderResident: String?

    @Option(
        help: ArgumentHelp(
            fr: "Son adresse de courriel.",
            en: "Their address for mails.", value: Text(fr: "adresse", en: "address")))
    var email: String?

    @Option(
        help: ArgumentHelp(
            fr: "Son numéro de téléphone.",
            en: "Their telephone number.", value: Text(fr: "numéro", en: "number")))
    var phone: String?

    @Option(
        help: ArgumentHelp(
            fr: "Pour ce service seulement ; peut être donné plusieurs fois.",
            en: "Only for this service; may be given several times.", value: Text(verbatim: "service")))
    var service: [String] = []

    @Option(
        help: ArgumentHelp(
            fr: "Le premier jour, par exemple demain ou 24/12/2026 (sinon aujourd'hui).",
            en: "The first day, such as 24/12/2026 (default: today).", value: Text(fr: "jour", en: "day")))
    var from: String?

    @Option(
        help: ArgumentHelp(
            fr: "Le dernier jour ; sans lui, jusqu'à ce qu'il y soit mis fin.",
            en: "The last day; without it until it is ended.", value: Text(fr: "jour", en: "day")))
    var until: String?

    @Flag(help: ArgumentHelp(fr: "Cette personne ne peut plus agir.", en: "They may not act any more."))
    var end = false

    @Option(
        help: ArgumentHelp(
            fr: "Avec --end : le premier jour où il ne vaut plus (sinon aujourd'hui).",
            en: "With --end: the first day on which it does not count (default: today).",
            value: Text(fr: "jour", en: "day")))
    var on: String?

    func validate() throws {
        if holder == nil, holderResident == nil {
            throw ValidationError(fr: "dites qui : --holder ou --resident", en: "say who it is: --holder or --resident")
        }
        if end, [email, phone, from, until].contains(where: { $0 != nil }) {
            throw ValidationError(
                fr: "--end ne va qu'avec --on et --service", en: "--end goes with --on and --service alone")
        }
        if !end, on != nil { throw ValidationError(fr: "--on va avec --end", en: "--on goes with --end") }
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
