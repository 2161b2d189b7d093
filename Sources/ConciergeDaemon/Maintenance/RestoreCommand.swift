import ConciergeEngine
import ConciergeKit
import Foundation
import SQLiteLedger

/// `concierged --restore FILE`: makes the ledger of an empty state directory from a backup.
enum RestoreCommand {
    static func run(_ file: String, _ options: Options) throws(StartFailure) {
        let directory = options.stateDirectory
        try Daemon.makeStateDirectory(directory)
        do throws(Restore.Failure) {
            try Restore.run(from: file, into: directory)
        } catch {
            throw StartFailure(error)
        }
        Terminal.print(
            Text(
                fr: "Le registre est rétabli : \(directory)/ledger.sqlite, à partir de \(file).",
                en: "restored: \(directory)/ledger.sqlite from \(file)"))
    }
}

extension StartFailure {
    init(_ failure: Restore.Failure) {
        switch failure {
        case .cannotRead(let path, let reason):
            self.init(
                status: StartFailure.noInput,
                words: Text(
                    fr: "\(path) : la sauvegarde ne peut pas être lue : \(reason)",
                    en: "\(path): the backup cannot be read: \(reason)"))
        case .notEmpty(let path, let found):
            self.init(
                status: StartFailure.cannotCreate,
                words: Text(
                    fr:
                        "\(path) : le répertoire d'état n'est pas vide, il contient « \(found) » ; rien n'a été rétabli",
                    en: "\(path): the state directory is not empty, there is \"\(found)\"; nothing was restored"))
        case .ledger(let error):
            self.init(error)
        }
    }

    init(_ error: LedgerError) {
        let status =
            switch error {
            case .newer, .unreleased, .foreign, .damaged, .mixed: StartFailure.dataError
            case .inUse, .locked, .stopping: StartFailure.unavailable
            case .lost, .missing, .cannotOpen, .full, .noRoomForBackup, .makesNoBackups, .readOnly, .failing,
                .unavailable:
                StartFailure.ioError
            }
        self.init(status: status, words: error.words)
    }
}
