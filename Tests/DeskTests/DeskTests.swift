import DeskKit
import Foundation
import Testing

@Suite("A front desk's week")
struct DeskTests {
    @Test("Every task of the week goes as its script says")
    func week() throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let programs = try #require(Bundle.main.executableURL).deletingLastPathComponent()
        let week = try DeskWeek(repository: tests.deletingLastPathComponent())
        for outcome in try week.play(programs: Self.programs(near: programs)) {
            // What is known not to go well is listed by make desk-week; it must not get worse, nor better unnoticed.
            let expected = outcome.task.known?.verdict ?? (outcome.task.awkward == nil ? .well : .awkward)
            #expect(
                outcome.verdict == expected, "\(outcome.task.number) \(outcome.task.title): \(outcome.why)")
        }
    }

    /// The folder of the built programs: that of the test bundle, or one above it.
    private static func programs(near folder: URL) -> URL {
        var folder = folder
        while folder.path != "/", !FileManager.default.isExecutableFile(atPath: folder.path + "/desk-lodge") {
            folder.deleteLastPathComponent()
        }
        return folder
    }

    @Test("A week that cannot be read is a mistake with its line")
    func mistakes() {
        #expect(throws: DeskMistake.self) { try DeskTask.read("== 1 A\nfoo", file: "x") }
        #expect(throws: DeskMistake.self) { try DeskTask.read("$ true", file: "x") }
    }
}
