import Foundation
import Testing

@testable import Civil

@Suite("docs/calendar.md") struct DocumentTests {
    /// The rows of the table of examples: expression, normalised form, elapses.
    private func examples() throws -> [[String]] {
        let file = URL(filePath: #filePath).appending(path: "../../../docs/calendar.md").standardizedFileURL
        let text = try String(contentsOf: file, encoding: .utf8)
        let section = try #require(text.split(separator: "## Examples").last?.split(separator: "\n## ").first)
        return section.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
        }
    }

    @Test("Every example is parsed, normalised and searched as its row shows")
    func table() throws {
        let rows = try examples()
        #expect(rows.count > 15)
        let monday = try #require(CalendarExpression("2026-11-23 UTC").next(after: 0, in: .utc))
        for row in rows {
            let expression = try CalendarExpression(row[0])
            #expect(expression.description == row[1])
            let elapses = expression.elapses(after: monday, in: .utc, limit: 3).map { elapse in
                let moment = WallTime(microseconds: elapse)
                let minutes = Int(moment.microsecond / 60_000_000)
                return "\(moment.date) "
                    + "\((minutes / 60).padded(2)):\((minutes % 60).padded(2))"
            }
            #expect((elapses.isEmpty ? "never" : elapses.joined(separator: ", ")) == row[2], "\(row[0])")
        }
    }
}
