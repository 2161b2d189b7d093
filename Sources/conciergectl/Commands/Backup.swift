import ArgumentParser
import ConciergeProtocol
import JSON
import Wording

struct MakeBackup: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "backup",
            Text(
                fr: "Copier le registre dans un fichier pendant que concierged est en service.",
                en: "Copy the ledger into a file while the daemon serves."),
            discussion: Text(
                fr: """
                    La copie est d'un seul instant, et relue de bout en bout avant d'être là. C'est votre fichier, \
                    lisible par vous seul : il contient des données de locataires. Il se remet par concierged \
                    --restore.
                    """,
                en: """
                    The copy is of one moment and was read from end to end before it is there. It is your file, \
                    readable by you alone: it holds residents' data. Put it back with concierged --restore.
                    """))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "Où va la copie.",
            en: "Where the copy goes.", value: Text(fr: "fichier", en: "file")))
    var file: String

    @Flag(
        help: ArgumentHelp(
            fr: "Remplacer un fichier qui existe déjà.",
            en: "Replace a file that is there already."))
    var force = false

    @OptionGroup var common: Common

    func run() async throws {
        let console = Console.current
        let copy = try BackupFile(file, replacing: force)
        let bar = TransferBar(console, isShown: console.isTerminal && !common.json)
        do {
            try await common.withConnection { connection in
                // This runs on the connection's thread. While it writes to the disk, conciergectl reads nothing more,
                // and the daemon waits.
                try await connection.receive(ManagerMethods.Backup()) { answer in
                    try Self.take(try answer.read(), into: copy, bar)
                }
            }
            bar.end()
            try copy.finish()
        } catch {
            bar.end()
            copy.discard()
            throw error
        }
        let size = copy.size
        if common.json {
            try console.print(["file": .string(file), "size": .int(size)], isPretty: false)
        } else {
            let amount = Self.amount(size)
            try console.print(
                Text(
                    fr: "Le registre est sauvegardé dans \(file) (\(amount)).",
                    en: "The ledger is backed up to \(file) (\(amount))."))
        }
    }

    private static func take(
        _ reply: ManagerMethods.Backup.Reply, into copy: BackupFile, _ bar: TransferBar
    ) throws(Failure) {
        switch reply.state {
        case .copying:
            guard let done = reply.pagesDone, let total = reply.pagesTotal else { throw .unreadable("pages_done") }
            bar.show(Text(fr: "Copie", en: "Copying"), done: Int64(done), of: Int64(total))
        case .checking:
            bar.show(Text(fr: "Vérification", en: "Checking"))
        case .sending:
            guard let size = reply.size, let offset = reply.offset, let data = reply.data else {
                throw .unreadable("data")
            }
            try copy.append(base64: data, at: offset)
            bar.show(Text(fr: "Transfert", en: "Sending"), done: copy.size, of: size)
        case .done:
            guard reply.size == copy.size else { throw .unreadable("size") }
        default: break
        }
    }

    /// A size as text: in mebibytes with one decimal, below 0.1 MiB in bytes.
    static func amount(_ bytes: Int64) -> Text {
        let mebibytes = (Double(bytes) / 104_857.6).rounded() / 10
        guard mebibytes >= 0.1 else {
            return .count(Int64(bytes), Text(fr: "octet", en: "byte"), Text(fr: "octets", en: "bytes"))
        }
        return Text(fr: "\(mebibytes) Mio", en: "\(mebibytes) MiB")
    }
}
