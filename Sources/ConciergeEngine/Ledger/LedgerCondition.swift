/// How a ledger is that takes changes.
package struct LedgerCondition: Sendable, Hashable {
    /// The log that cannot be written back, where there is one.
    package var heldLog: HeldLog?

    package init(heldLog: HeldLog? = nil) {
        self.heldLog = heldLog
    }
}

/// A log that grows because another program reads an old moment of the ledger, and goes on reading it.
package struct HeldLog: Sendable, Hashable {
    /// In bytes.
    package let size: Int
    /// The program, with the number of its process.
    package let holder: String

    package init(size: Int, holder: String) {
        self.size = size
        self.holder = holder
    }
}

/// What a ledger tells of by itself.
package enum LedgerEvent: Sendable, Hashable {
    /// A log begins to be held.
    case logHeld(HeldLog)
    /// It is written back, and its room given back.
    case logReleased(HeldLog)
    /// It contradicts itself; nothing is written any more.
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
