import ConciergeEngine
import ConciergeKit
import Foundation
import Testing

@testable import HealthAppointments

@Suite("The README")
struct ReadmeTests {
    private let readme: String
    private let tables: [ServiceTable]

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "README.md")
        readme = try String(contentsOf: file, encoding: .utf8)
        let settings = HealthSettings()
        let practice = settings.practice(in: .utc)
        tables = [
            ServiceTable(Appointment(settings: settings, practice: practice)),
            ServiceTable(Absence(practice: practice)),
        ]
    }

    @Test("It shows the diagrams of the tables")
    func diagrams() {
        for table in tables { #expect(readme.contains("```mermaid\n\(table.diagram)```"), "\(table.diagram)") }
    }

    @Test("It names every action, timer, notice and state")
    func names() {
        for table in tables {
            let rows = table.rows.compactMap { ($0.opening ?? $0.action)?.id }.filter { $0 != "announce" }
            let names = rows + table.timers.map(\.id).filter { $0 != "end" } + table.notices.map(\.name)
            for name in names { #expect(readme.contains("`\(name)`"), "\(name)") }
        }
        for state in tables[0].states { #expect(readme.contains("| `\(state.id)` |"), "\(state.id)") }
    }

    @Test("It names every task and every setting")
    func tasksAndSettings() async throws {
        let provider = try await HealthAppointments(
            HealthSettings(), in: ProviderContext(stateDirectory: "/nonexistent", zone: .utc))
        for task in provider.tasks { #expect(readme.contains("`\(task.id)`"), "\(task.id)") }
        for field in HealthSettings.schema.settings { #expect(readme.contains("`\(field.name)`"), "\(field.name)") }
    }
}
