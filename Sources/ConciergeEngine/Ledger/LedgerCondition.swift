/// The condition of a ledger that accepts changes.
package struct LedgerCondition: Sendable, Hashable {
    /// The log that cannot be written back, if there is one.
    package var heldLog: HeldLog?

    package init(heldLog: HeldLog? = nil) {
        self.heldLog = heldLog
    }
}

/// A log that grows because another program keeps reading an old state of the ledger.
package struct HeldLog: Sendable, Hashable {
    /// The size of the log, in bytes.
    package let size: Int
    /// The program that reads the old state, with its process id.
    package let holder: String

    package init(size: Int, holder: String) {
        self.size = size
        self.holder = holder
    }
}

/// An event that a ledger reports on its own.
package enum LedgerEvent: Sendable, Hashable {
    /// Another program began to hold the log, so that it cannot be written back.
    case logHeld(HeldLog)
    /// The log was written back, and its space was released.
    case logReleased(HeldLog)
    /// The content of the ledger contradicts itself; the ledger accepts no more writes.
    case damaged(LedgerError)
}

extension Ledger {
    package nonisolated(nonsending) func condition() async throws(LedgerError) -> LedgerCondition { LedgerCondition() }

    package func rescue() -> String? { nil }

    package nonisolated(nonsending)
        func backup(to path: String, progress: @escaping @Sendable (BackupProgress) -> Bool) async throws(LedgerError)
        -> Bool
    {
        throw .makesNoBackups
    }
}
