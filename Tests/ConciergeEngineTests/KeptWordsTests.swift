import ConciergeKit
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("Words that are kept")
struct KeptWordsTests {
    @Test("A moment in the words of a history line is said by the lodge's clocks, whoever wrote the line")
    func note() throws {
        var staged = StagedChanges(Memory(), zone: try #require(Zone("Europe/Paris")))
        let note = Text(fr: "Remis à \(Bench.start, .time).", en: "Put off until \(Bench.start, .time).")
        staged.append(
            Entry(request: "r-1", service: "toy.loan", at: Bench.start, actor: "toy", event: "timer:seat", note: note))
        #expect(staged.changes.entries.first?.note?.fr == "Remis à 9\u{A0}h.")
        #expect(staged.changes.entries.first?.note?.en == "Put off until 09:00.")
    }
}
