package import ConciergeKit

/// Why a ledger does not do what it was asked. Nothing was changed.
package enum LedgerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// It cannot be opened at all.
    case cannotOpen(path: String, reason: String)
    /// It was written by a later version of the daemon.
    case newer(path: String)
    /// It was made by a daemon from before the first release, whose ledgers are not read any more.
    case unreleased(path: String)
    /// It is a database, but not a ledger.
    case foreign(path: String)
    /// What is in it contradicts itself.
    case damaged(path: String, reason: String)
    /// Beside it lies what belongs to another ledger: the log of one that was removed or replaced, or the copy that was
    /// saved of one. Serving it would lose that, or mix the two.
    case mixed(path: String, found: String)
    /// There is none, and none may be made.
    case missing(path: String)
    /// Its files were removed or replaced while it was in use: nothing that is committed is kept any more.
    case lost(path: String)
    /// Another daemon uses it.
    case inUse(path: String)
    /// Another program keeps it locked; once that ends, it can be written.
    case locked(by: String?)
    /// There is no room for what is to be written; once there is, it can be.
    case full(reason: String)
    /// There is no room beside it to put a backup together; in MiB.
    case noRoomForBackup(needed: Int, free: Int)
    /// It is of a kind that the daemon makes no backups of.
    case makesNoBackups
    /// It may be read, and not be written.
    case readOnly(reason: String)
    /// The device, or the file system on it, fails.
    case failing(reason: String)
    /// It cannot be read or written now, for another reason; later it may.
    case unavailable(reason: String)
    /// The daemon stops, and takes nothing any more.
    case stopping

    /// Whether the place where it is kept is the trouble, and nothing at all can be written until that is mended.
    package var isOfStorage: Bool {
        switch self {
        case .full, .readOnly, .failing, .locked, .damaged: true
        default: false
        }
    }

    /// Whether it lasts for as long as the daemon does: nothing that happens meanwhile mends it.
    package var isLasting: Bool {
        if case .damaged = self { true } else { false }
    }

    package var description: String { words.en }

    /// The error for a person. The reasons are those of the system or of SQLite, in English: they stand in the English
    /// sentence alone, which is the journal's too.
    package var words: Text {
        switch self {
        case .cannotOpen(let path, let reason):
            Text(
                fr: "\(path) : le registre ne peut pas être ouvert",
                en: "\(path): the ledger cannot be opened: \(reason)")
        case .newer(let path):
            Text(
                fr: "\(path) : le registre vient d'un concierged plus récent ; installez cette version ou une suivante",
                en: "\(path): the ledger was written by a newer concierged; install that version or a later one")
        case .unreleased(let path):
            Text(
                fr:
                    "\(path) : le registre vient d'un concierged d'avant la première version publiée, que celui-ci ne lit pas ; il n'a pas été touché",
                en:
                    "\(path): the ledger is of a concierged from before the first release, which this one does not read; it was left alone"
            )
        case .foreign(let path):
            Text(
                fr: "\(path) : ce n'est pas un registre de concierged ; il n'a pas été touché",
                en: "\(path): this is not a ledger of concierged; it was left alone")
        case .damaged(let path, let reason):
            Text(
                fr: "\(path) : le registre est abîmé", en: "\(path): the ledger is damaged: \(reason)")
        case .mixed(let path, let found):
            Text(
                fr:
                    "\(path) : à côté se trouve \(found), qui vient d'un autre registre ; rien n'a été touché ; mettez le dossier d'état de côté, puis restaurez une sauvegarde avec concierged --restore",
                en:
                    "\(path): beside it lies \(found), which belongs to another ledger; nothing was touched; move the state directory away, then restore a backup with concierged --restore"
            )
        case .missing(let path):
            Text(
                fr:
                    "\(path) : il n'y a pas de registre, et ledger.create interdit d'en créer un ; le disque est-il monté ?",
                en: "\(path): there is no ledger, and ledger.create forbids to make one; is its disk mounted?")
        case .lost(let path):
            Text(
                fr:
                    "\(path) : le registre a été supprimé ou remplacé alors qu'il servait ; plus rien n'est confirmé ; restaurez une sauvegarde avec concierged --restore",
                en:
                    "\(path): the ledger was removed or replaced while it was in use; nothing is acknowledged any more; restore a backup with concierged --restore"
            )
        case .locked(let program):
            Text(
                fr: "un autre programme verrouille le registre (\(program ?? "inconnu"))",
                en: "another program keeps the ledger locked (\(program ?? "unknown"))")
        case .inUse(let path):
            Text(
                fr: "\(path) : un autre concierged utilise ce dossier d'état",
                en: "\(path): another concierged uses this state directory")
        case .full(let reason):
            Text(
                fr: "il n'y a plus de place sur le disque du registre",
                en: "there is no room left on the disk of the ledger (\(reason))")
        case .noRoomForBackup(let needed, let free):
            Text(
                fr:
                    "une sauvegarde s'assemble à côté du registre : il y faut \(needed) Mio libres, il en reste \(free)",
                en: "a backup is put together beside the ledger: it needs \(needed) MiB there, \(free) are free")
        case .makesNoBackups:
            Text(
                fr: "concierged ne sauvegarde pas ce genre de registre",
                en: "concierged makes no backups of this kind of ledger")
        case .readOnly(let reason):
            Text(
                fr: "le registre ne peut pas être écrit", en: "the ledger cannot be written (\(reason))")
        case .failing(let reason):
            Text(
                fr: "le disque du registre est en panne", en: "the disk of the ledger fails (\(reason))")
        case .unavailable(let reason):
            Text(
                fr: "le registre n'est pas utilisable maintenant", en: "the ledger cannot be used now: \(reason)")
        case .stopping: Text(fr: "le démon s'arrête", en: "the daemon is stopping")
        }
    }
}
