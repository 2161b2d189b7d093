import JSON
import Testing
import WorkingCalendar

@testable import ConciergeKit

@Suite("Commitments as they are stored")
struct StoredCommitmentTests {
    private let calendar = CalendarBook().standard

    /// A commitment with a history that is drawn.
    private func drawn(_ chance: inout SplitMix64) throws -> StoredCommitment {
        func one(in count: UInt64) -> Bool { chance.next() % count == 0 }
        var now = Instant(milliseconds: 1_795_000_000_000 + Int64(chance.next() % 30_000_000_000))
        let seasonal = try SeasonalTerm(
            .workingDays(Int(chance.next() % 9) + 1), in: [SeasonTerm("1/11..30/4=1 working day")])
        let term = one(in: 2) ? seasonal : SeasonalTerm(.hours(30))
        let reason = Text(fr: "pièces « \u{1} »", en: "parts \"\\\"")
        var made = StoredCommitment(
            number: 1, name: "fixed", kind: one(in: 2) ? .promise : .obligation, title: reason,
            partner: one(in: 2) ? "Martin \"é\"" : nil, term: calendar.calendar.choice(of: term, from: now), start: now,
            alerts: .init(
                lead: one(in: 2) ? .milliseconds(Int(chance.next() % 1_000_000_000)) : nil,
                escalation: (0..<Int(chance.next() % 3)).map { .days($0) }, isUrgent: one(in: 3)),
            by: calendar)
        for _ in 0..<Int(chance.next() % 8) {
            now = now + .hours(Int(chance.next() % 50))
            switch chance.next() % 6 {
            case 0: try? made.pause(at: now, because: reason, by: calendar.calendar)
            case 1: try made.resume(at: now, by: calendar.calendar)
            case 2: try made.keep(at: now, by: calendar.calendar)
            case 3: try made.reopen(at: now, by: calendar.calendar)
            case 4:
                let reason = one(in: 2) ? reason : nil
                try made.change(
                    to: one(in: 2) ? term : seasonal, alerts: made.content.alerts, at: now, because: reason,
                    by: calendar.calendar)
            default: made.miss(at: now)
            }
        }
        return made
    }

    @Test("What is written by hand is what JSONCoding writes, and is read as the same, on commitments drawn at random")
    func sameAsCoding() throws {
        var chance = SplitMix64(seed: 11)
        var seen = ""
        for _ in 0..<500 {
            let content = try drawn(&chance).content
            let text = String(decoding: content.stored, as: UTF8.self)
            #expect(text == String(decoding: try JSONCoding.encode(content), as: UTF8.self))
            #expect(try StoredCommitment.Content(stored: content.stored) == content)
            seen += text
        }
        for name in ["partner", "season", "lead", "start", "end", "reason", "completed", "contested", "moment"] {
            #expect(seen.contains("\"\(name)\":"), "\(name) was never drawn")
        }
        #expect(seen.contains("\"escalated\":1"))
    }

    @Test("A content that lacks a part is not read", arguments: ["title", "term", "start", "alerts", "explanation"])
    func unreadable(_ name: String) throws {
        var chance = SplitMix64(seed: 3)
        var stored = try #require(try JSON.parse(try drawn(&chance).content.stored).objectValue)
        stored[name] = nil
        #expect(throws: UnreadableStored.self) { try StoredCommitment.Content(stored: .object(stored)) }
    }
}
