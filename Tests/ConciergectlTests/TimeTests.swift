import Civil
import Testing
import Wording

@testable import conciergectl

@Suite struct TimeTests {
    @Test("The daemon's times are shown in the caller's zone")
    func short() {
        let times = TimeFormat(zone: .paris, language: .en, now: Instant(milliseconds: 0))
        #expect(times.short("2026-11-24T08:00:00Z") == "2026-11-24 09:00")
        #expect(times.short("2026-06-30T23:30:00.5Z") == "2026-07-01 01:30")
        #expect(times.short("soon") == "soon")
        #expect(times.short(nil) == "")
    }

    @Test("A time has its distance from now, in French and English")
    func distance() {
        let times = TimeFormat(zone: .utc, language: .fr, now: Instant(milliseconds: 0))
        #expect(times.both(Instant(milliseconds: 3 * 3_600_000)) == "jeudi 1er janvier à 3\u{A0}h (dans 3 h)")
        #expect(times.brief(Instant(milliseconds: 3 * 3_600_000)) == "01/01/1970 03:00 (dans 3 h)")
        #expect(times.relative(Instant(milliseconds: -120_000)) == "il y a 2 min")
    }
}
