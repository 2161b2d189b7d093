import ArgumentParser
import ConciergeProtocol
import Wording

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

struct WhoAmI: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "whoami",
            Text(
                fr: "Sous quel nom et avec quels droits vous êtes connu.",
                en: "Under which name and with which rights you are known."))
    }

    @OptionGroup var common: Common

    func run() async throws {
        do {
            try await common.answer(ManagerMethods.WhoAmI()) { _, reply, console in
                var card = Card()
                card.add(Text(fr: "Nom", en: "Name"), reply.name)
                card.add(Text(fr: "Droits", en: "Rights"), reply.role.words[console.language])
                try console.print(card.lines(console))
            }
        } catch var failure as Failure where failure.status == .noRight {
            // Whoever asks for a right says for which account.
            guard let account = Self.account else { throw failure }
            failure.details = [
                Text(fr: "Compte : \(account), sans droit ici.", en: "Account: \(account), without a right here.")
            ]
            throw failure
        }
    }

    /// The name of the account under which the command runs; nil if the machine has none for it.
    private static var account: String? {
        guard let entry = getpwuid(geteuid()) else { return nil }
        return String(cString: entry.pointee.pw_name)
    }
}

extension Wire.Word<ManagerMethods.WhoAmI> {
    /// The role, and what it may do.
    fileprivate var words: Text {
        switch rawValue {
        case "viewer": Text(fr: "lecture : voir, sans rien changer", en: "viewer: looks, and changes nothing")
        case "staff":
            Text(
                fr: "équipe : demandes, locataires, messages et tâches",
                en: "staff: requests, residents, notices and tasks")
        case "admin":
            Text(
                fr: "administration : tout, aussi les imports, les réglages et les sauvegardes",
                en: "admin: everything, imports, settings and backups too")
        case "worker": Text(fr: "exécutant : ses tâches", en: "worker: its tasks")
        default: Text(verbatim: rawValue)
        }
    }
}
