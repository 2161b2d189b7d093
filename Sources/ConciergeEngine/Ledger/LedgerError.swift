package import ConciergeKit

/// Why a ledger did not do what was asked. Nothing was changed, unless ``Ledger/flush()`` threw the error.
package enum LedgerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The ledger cannot be opened at all.
    case cannotOpen(path: String, reason: String)
    /// A later version of the daemon wrote the ledger.
    case newer(path: String)
    /// A daemon from before the first release made the ledger. Such ledgers are no longer supported.
    case unreleased(path: String)
    /// The file is a database, but not a ledger.
    case foreign(path: String)
    /// The content of the ledger contradicts itself.
    case damaged(path: String, reason: String)
    /// A file of another ledger lies beside it: the log of one that was removed or replaced, or the copy that was saved
    /// of one. Serving the ledger would lose that file's content, or mix the two ledgers.
    case mixed(path: String, found: String)
    /// The ledger does not exist, and the configuration forbids creating one.
    case missing(path: String)
    /// The files of the ledger were removed or replaced while it was in use: commits would no longer be kept.
    case lost(path: String)
    /// Another daemon uses the ledger.
    case inUse(path: String)
    /// Another program keeps the ledger locked. The ledger can be written once the lock ends.
    case locked(by: String?)
    /// There is no space for the write. The ledger can be written once there is.
    case full(reason: String)
    /// The directory of the ledger has too little free space to assemble a backup. Both values are in MiB.
    case noRoomForBackup(needed: Int, free: Int)
    /// The daemon makes no backups of this kind of ledger.
    case makesNoBackups
    /// The ledger may be read, but not written.
    case readOnly(reason: String)
    /// The device, or the file system on it, fails.
    case failing(reason: String)
    /// The ledger cannot be read or written now, for another reason; a later attempt may succeed.
    case unavailable(reason: String)
    /// The daemon is stopping; the ledger accepts nothing more.
    case stopping

    /// Whether the storage of the ledger is at fault, so that nothing can be written until it is repaired.
    package var isOfStorage: Bool {
        switch self {
        case .full, .readOnly, .failing, .locked, .damaged: true
        default: false
        }
    }

    /// Whether the error lasts until the daemon ends: nothing that happens until then repairs it.
    package var isLasting: Bool {
        if case .damaged = self { true } else { false }
    }

    package var description: String { words.en }

    /// The error as text for a person. The reasons come from the system or from SQLite, in English, so only the English
    /// sentence contains them. The journal uses the English sentence.
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
        case .stopping: Text(fr: "concierged s'arrête", en: "the daemon is stopping")
        }
    }
}
