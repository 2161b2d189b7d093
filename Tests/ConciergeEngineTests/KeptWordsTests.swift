import ConciergeKit
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("Stored words")
struct KeptWordsTests {
    @Test("A time in the words of a history line is written in the lodge's zone")
    func note() throws {
        var staged = StagedChanges(Memory(), zone: try #require(Zone("Europe/Paris")))
        let note = Text(fr: "Remis à \(Bench.start, .time).", en: "Put off until \(Bench.start, .time).")
        staged.append(
            Entry(request: "r-1", service: "toy.loan", at: Bench.start, actor: "toy", event: "timer:seat", note: note))
        #expect(staged.changes.entries.first?.note?.fr == "Remis à 9\u{A0}h.")
        #expect(staged.changes.entries.first?.note?.en == "Put off until 09:00.")
    }
}
