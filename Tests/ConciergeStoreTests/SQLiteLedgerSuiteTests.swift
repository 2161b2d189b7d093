import ConciergeStore
import Testing

@Suite("The SQLite ledger keeps what every ledger must")
struct SQLiteLedgerSuiteTests {
    private let suite = LedgerSuite { try SQLiteLedger(stateDirectory: $0) }

    @Test("Everything of a batch is there when it is opened again")
    func keepsEverything() async throws { try await suite.keepsEverything() }

    @Test("What is changed replaces what was there, and what is not named stays")
    func changes() async throws { try await suite.changes() }

    @Test("A decision that throws changes nothing")
    func throwingDecision() async throws { try await suite.throwingDecision() }

    @Test("Changes that take a held claim, or open a request that there is, fail whole")
    func failsWhole() async throws { try await suite.failsWhole() }

    @Test("A reader sees what is committed, and does not wait for a decision under way", .timeLimit(.minutes(3)))
    func readsCommitted() async throws { try await suite.readsCommitted() }

    @Test("History lines have growing places, also after it is opened again")
    func growingPlaces() async throws { try await suite.growingPlaces() }

    @Test("Requests are listed by every filter, the newest first")
    func requestFilters() async throws { try await suite.requestFilters() }

    @Test("Requests that were opened in one batch are listed in the order of their history lines")
    func requestsOfOneBatch() async throws { try await suite.requestsOfOneBatch() }

    @Test("Pages of requests join to the whole list")
    func requestPages() async throws { try await suite.requestPages() }

    @Test("Runs are listed by task and state, the newest first, in pages")
    func runLists() async throws { try await suite.runLists() }

    @Test("A list that finds little among many ends its pages early, whatever it is filtered by")
    func boundedLooks() async throws { try await suite.boundedLooks() }

    @Test("A page ends where it is large enough, and what is larger alone has one of its own")
    func boundedBytes() async throws { try await suite.boundedBytes() }

    @Test("The place of the last history line is known")
    func lastEntry() async throws { try await suite.lastEntry() }

    @Test("History lines are read on from a place")
    func entriesAfter() async throws { try await suite.entriesAfter() }

    @Test("Open requests of a service come oldest first")
    func openRequests() async throws { try await suite.openRequests() }

    @Test("The counts are those of what there is")
    func counts() async throws { try await suite.counts() }

    @Test("The next due moment is the earliest of timers and of runs that wait for the clock")
    func nextDue() async throws { try await suite.nextDue() }

    @Test("Due timers and queued runs come the longest due first")
    func dueInOrder() async throws { try await suite.dueInOrder() }

    @Test("The timers of services that are not served wait for their return")
    func attends() async throws { try await suite.attends() }

    @Test("Runs that were under way when the last daemon ended are queued again")
    func takesUpInterrupted() async throws { try await suite.takesUpInterrupted() }

    @Test("Queued runs that wait for a moment of a clock that was ahead are due now")
    func takesUpRunsOfTheFuture() async throws { try await suite.takesUpRunsOfTheFuture() }

    @Test("The newest history line before a moment is found")
    func newestEntryBefore() async throws { try await suite.newestEntryBefore() }

    @Test("All requests of a service are looked at, the oldest first, page by page, with their timers")
    func stock() async throws { try await suite.stock() }

    @Test("Requests are listed by services that are served, and that are not")
    func servedFilters() async throws { try await suite.servedFilters() }

    @Test("What waits is counted by service and task")
    func backlog() async throws { try await suite.backlog() }

    @Test("Fingerprints are kept, also when it is opened again, and replaced by later ones")
    func fingerprints() async throws { try await suite.fingerprints() }

    @Test("A provider that can read all that is stored is admitted, and looks again only in another build")
    func admits() async throws { try await suite.admits() }

    @Test("A provider that cannot read something is told how much and why, and nothing is changed")
    func refuses() async throws { try await suite.refuses() }

    @Test("What must be brought up to date is, once, and goes on where a crash left it")
    func bringsUpToDate() async throws { try await suite.bringsUpToDate() }

    @Test("The unfinished runs of a schedule are those queued or under way")
    func unfinishedRuns() async throws { try await suite.unfinishedRuns() }

    @Test("Schedule marks are kept, and replaced by later ones")
    func scheduleMarks() async throws { try await suite.scheduleMarks() }

    @Test("Each thing goes at its very age and no sooner, a request with its history and its runs")
    func prunesAtItsAge() async throws { try await suite.prunesAtItsAge() }

    @Test("What waits for somebody or something has no age, nor what belongs to it")
    func keepsWhatPends() async throws { try await suite.keepsWhatPends() }

    @Test("A service may have an age of its own, and what is kept for good stays")
    func prunesByService() async throws { try await suite.prunesByService() }

    @Test("A step deletes no more than it is asked to, the oldest first, and says whether there may be more")
    func prunesInSteps() async throws { try await suite.prunesInSteps() }

    @Test("A key whose answer was deleted is a new one")
    func keyIsNewAgain() async throws { try await suite.keyIsNewAgain() }

    @Test("A crash is counted once, and the third of a request quarantines it")
    func crashesCount() async throws { try await suite.crashesCount() }

    @Test("What a batch quarantines waits until another releases it")
    func quarantinedByBatch() async throws { try await suite.quarantinedByBatch() }

    @Test("The timers of a quarantined request wait until it is released")
    func quarantinedTimersWait() async throws { try await suite.quarantinedTimersWait() }

    @Test("A request that is released while it is not served waits for that too")
    func releasedWhileNotServed() async throws { try await suite.releasedWhileNotServed() }

    @Test("A quarantined run, and the runs of a quarantined request, are not among the queued")
    func quarantinedRunsWait() async throws { try await suite.quarantinedRunsWait() }

    @Test("A run that has ended is not quarantined by what its handler does afterwards")
    func endedRunIsNotQuarantined() async throws { try await suite.endedRunIsNotQuarantined() }

    @Test("A request in quarantine is not deleted, however old, before it is released")
    func quarantinedRequestIsKept() async throws { try await suite.quarantinedRequestIsKept() }

    @Test("Five crashes of a provider within ten minutes quarantine it until it is released")
    func quarantinedProvider() async throws { try await suite.quarantinedProvider() }

    @Test("A request or run that was never committed is not quarantined")
    func uncommittedSubject() async throws { try await suite.uncommittedSubject() }
}
