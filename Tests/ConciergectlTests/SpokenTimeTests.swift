import Civil
import Testing
import Wording

@testable import conciergectl

/// Days and times as people write them, read on Tuesday 24 November 2026 at 09:00 in Paris.
@Suite("Spoken times") struct SpokenTimeTests {
    private func read(_ text: String, _ direction: SpokenTime.Direction = .ahead) -> String? {
        guard let time = try? SpokenTime(text, now: .morning, zone: .paris, direction: direction) else { return nil }
        switch time {
        case .day(let day): return "\(day)"
        case .local(let day, let time): return "\(day) \(time)"
        case .instant(let instant): return "\(instant)"
        }
    }

    @Test(
        "A day is read in French and English",
        arguments: [
            ("aujourd'hui", "2026-11-24"), ("Aujourd’hui", "2026-11-24"), ("demain", "2026-11-25"),
            ("après-demain", "2026-11-26"), ("hier", "2026-11-23"), ("avant-hier", "2026-11-22"),
            ("today", "2026-11-24"), ("tomorrow", "2026-11-25"), ("yesterday", "2026-11-23"),
            ("the day after tomorrow", "2026-11-26"), ("21/12", "2026-12-21"), ("21/12/2026", "2026-12-21"),
            ("21.12.2026", "2026-12-21"), ("21/12/26", "2026-12-21"), ("2026-12-21", "2026-12-21"),
            ("3/1", "2027-01-03"),
            ("21 décembre", "2026-12-21"), ("le 1er janvier", "2027-01-01"), ("21 déc 2027", "2027-12-21"),
            ("21st December", "2026-12-21"), ("December 21", "2026-12-21"), ("dans 3 jours", "2026-11-27"),
            ("in 3 days", "2026-11-27"), ("dans une semaine", "2026-12-01"), ("dans 1 mois", "2026-12-24"),
            ("il y a 2 jours", "2026-11-22"), ("2 days ago", "2026-11-22"), ("dans 3j", "2026-11-27"),
        ])
    func days(_ text: String, _ expected: String) {
        #expect(read(text) == expected)
    }

    @Test(
        "A day of the week is the next one, or the last one where the past is meant",
        arguments: [
            ("mercredi", "2026-11-25", "2026-11-18"), ("lundi", "2026-11-30", "2026-11-23"),
            ("lundi prochain", "2026-11-30", "2026-11-30"), ("next Monday", "2026-11-30", "2026-11-30"),
            ("lundi dernier", "2026-11-23", "2026-11-23"), ("mardi", "2026-12-01", "2026-11-24"),
            ("mardi 14h", "2026-11-24 14:00", "2026-11-24 14:00"), ("mardi 8h", "2026-12-01 08:00", "2026-11-24 08:00"),
            ("Fri", "2026-11-27", "2026-11-20"), ("lundi 21 décembre", "2026-12-21", nil),
        ])
    func weekdays(_ text: String, _ ahead: String, _ back: String?) {
        #expect(read(text) == ahead)
        if let back { #expect(read(text, .back) == back) }
    }

    @Test(
        "A time of day is read with its day, and is one of today without one",
        arguments: [
            ("demain 9h", "2026-11-25 09:00"), ("demain à 9 h 40", "2026-11-25 09:40"),
            ("21/12 9h40", "2026-12-21 09:40"),
            ("21/12/2026 9h40", "2026-12-21 09:40"), ("lundi 14:30", "2026-11-30 14:30"), ("09:40", "2026-11-24 09:40"),
            ("9h20", "2026-11-24 09:20"), ("9:20", "2026-11-24 09:20"), ("tomorrow 9:20", "2026-11-25 09:20"),
            ("tomorrow at 9:20 pm", "2026-11-25 21:20"), ("demain midi", "2026-11-25 12:00"),
            ("le 21 décembre à 9h", "2026-12-21 09:00"), ("dans 3 jours à 9h", "2026-11-27 09:00"),
            ("9h demain", "2026-11-25 09:00"),
        ])
    func times(_ text: String, _ expected: String) {
        #expect(read(text) == expected)
    }

    @Test(
        "A distance in hours or minutes is a moment",
        arguments: [
            ("maintenant", "2026-11-24T08:00:00Z"), ("dans 2 heures", "2026-11-24T10:00:00Z"),
            ("in 90 min", "2026-11-24T09:30:00Z"), ("il y a une heure", "2026-11-24T07:00:00Z"),
            ("2026-11-24T08:00:00Z", "2026-11-24T08:00:00Z"), ("2026-11-24 09:00", "2026-11-24T08:00:00Z"),
        ])
    func moments(_ text: String, _ expected: String) {
        #expect(read(text) == expected)
    }

    @Test(
        "What is no day or time is refused",
        arguments: [
            "", "bientôt", "le", "demain hier", "32/12", "31/02/2026", "21/12 25h", "9", "demain 9h 10h",
            "maintenant 9h",
            "dans 3", "21/13", "lundi mardi",
        ])
    func refused(_ text: String) {
        #expect(throws: SpokenTime.Mistake.notUnderstood) {
            try SpokenTime(text, now: .morning, zone: .paris)
        }
    }

    @Test("A day of the week that does not go with its date is a mistake that names the right one")
    func otherWeekday() throws {
        let mistake = try #require(throws: SpokenTime.Mistake.self) {
            try SpokenTime("mardi 21/12/2026", now: .morning, zone: .paris)
        }
        #expect(mistake.words?.fr == "ne va pas ensemble\u{A0}: ce jour est un lundi")
    }

    @Test("A local time that the clocks skip has no moment")
    func skipped() throws {
        let time = try SpokenTime("28/3/2027 2h30", now: .morning, zone: .paris)
        #expect(time.instant(in: .paris) == nil)
    }
}
