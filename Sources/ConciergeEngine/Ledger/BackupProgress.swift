/// The progress of a backup.
package struct BackupProgress: Sendable, Hashable {
    package enum Stage: String, Sendable {
        /// The pages of the ledger are being copied.
        case copying
        /// The copy is being read from end to end.
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
