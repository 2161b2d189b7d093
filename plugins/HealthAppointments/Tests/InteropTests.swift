import ConciergeKit
import ConciergeTesting
import Foundation
import Testing

@testable import HealthAppointments

/// What others make of the files. The programs are in Interop; `scripts/check-calendars` installs what they need, and
/// names the interpreter that has it in `CONCIERGE_PYTHON`.
@Suite("The files as others read them")
struct InteropTests {
    private static let python = ProcessInfo.processInfo.environment["CONCIERGE_PYTHON"] ?? "/usr/bin/python3"

    private static func has(_ modules: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = ["-c", modules.map { "import \($0)" }.joined(separator: "; ")]
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            return false
        }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    private struct Event: Decodable {
        let uid: String
        let sequence: Int
        let start: String
        let summary: String
        let location: String
        let status: String
    }

    private struct Export: Decodable {
        let appointments: [String: String]
        let slots: [String: Int]
    }

    /// What a program of Interop prints about a file.
    private func checked(_ file: String, by program: String) throws -> String {
        let programs = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(filePath: Self.python)
        process.arguments = [programs.appending(path: "Interop/\(program)").path, file]
        process.standardOutput = output
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: printed, as: UTF8.self)
    }

    @Test("icalendar parses a calendar, and radicale keeps it as it is", .enabled(if: has("icalendar", "radicale")))
    func calendar() async throws {
        let lodge = try await lodge(house.replacing("3 rue des Lilas", with: "3, rue des Lilas; bâtiment « Été »"))
        let moved = try await lodge.book("2026-11-24T08:00:00Z").id
        try await lodge.act(moved, "move", ["start": "2026-11-24T08:20:00Z"])
        let cancelled = try await lodge.book("2026-11-24T08:40:00Z", for: "apt-13").id
        try await lodge.act(cancelled, "cancel")
        let held = try await lodge.book("2026-11-30T08:00:00Z", for: "apt-14", by: "hold").id
        let printed = try checked("\(lodge.stateDirectory)/calendars/dr-martin.ics", by: "check_calendar.py")
        let events = try decoded([Event].self, printed)
        let all = Dictionary(uniqueKeysWithValues: events.map { ($0.uid, $0) })
        func event(_ id: String) throws -> Event { try #require(all["\(id)@health.concierged"]) }
        #expect(try event(moved).start == "2026-11-24T08:20:00Z")
        #expect(try event(moved).sequence == 1)
        #expect(try [moved, cancelled, held].map { try event($0).status } == ["CONFIRMED", "CANCELLED", "TENTATIVE"])
        #expect(try event(held).location == "3, rue des Lilas; bâtiment « Été », cabinet 2")
    }

    @Test("fhir.resources reads an export with an appointment in every state", .enabled(if: has("fhir.resources")))
    func export() async throws {
        let (lodge, statuses) = try await everyState(of: lodge())
        try await lodge.trigger("health.fhir")
        let printed = try checked("\(lodge.stateDirectory)/fhir/appointments.json", by: "check_fhir.py")
        let export = try decoded(Export.self, printed)
        #expect(export.appointments == statuses)
        #expect(export.slots["busy-tentative"] == 1)
    }
}
