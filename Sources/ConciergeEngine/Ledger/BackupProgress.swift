/// How far a backup is.
package struct BackupProgress: Sendable, Hashable {
    package enum Stage: String, Sendable {
        /// What is in the ledger is copied.
        case copying
        /// The copy is read from end to end.
        case checking
    }

    package let stage: Stage
    package let pagesDone: Int
    package let pagesTotal: Int

    package init(stage: Stage, pagesDone: Int, pagesTotal: Int) {
        self.stage = stage
        self.pagesDone = pagesDone
        self.pagesTotal = pagesTotal
    }
}
