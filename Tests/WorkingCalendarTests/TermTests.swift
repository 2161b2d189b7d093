import Testing
import Wording
import WorkingCalendar

@Suite("Terms")
struct TermTests {
    @Test(
        "A term is read in English and in French, in any case and with any spaces",
        arguments: [
            ("24 hours", Term.hours(24)), ("1 hour", .hours(1)), ("24 heures", .hours(24)), ("4 h", .hours(4)),
            ("4h", .hours(4)), ("10 working hours", .workingHours(10)), ("1 working hour", .workingHours(1)),
            ("10 heures ouvrées", .workingHours(10)), ("1 heure ouvrée", .workingHours(1)),
            ("5 working days", .workingDays(5)), ("5 working days from next", .workingDays(5)),
            ("1 Working Day", .workingDays(1)), ("  5\u{A0}jours   OUVRÉS ", .workingDays(5)),
            ("1 jour ouvré", .workingDays(1)), ("5 jours ouvres", .workingDays(5)),
            ("5 jours ouvre\u{301}s", .workingDays(5)), ("10000 hours", .hours(10_000)),
        ])
    func read(_ text: String, _ term: Term) throws {
        #expect(try Term(text) == term)
    }

    @Test(
        "What a term is written as is read as the same term, in both languages",
        arguments: [Term.hours(1), .hours(24), .workingHours(1), .workingHours(10), .workingDays(1), .workingDays(5)])
    func written(_ term: Term) throws {
        #expect(try Term(term.description) == term)
        #expect(try Term(term.words.fr) == term)
        #expect(try Term(term.words.en) == term)
    }

    @Test(
        "A text that is no term is refused",
        arguments: ["", "hours", "five hours", "5", "5 weeks", "-5 hours", "1.5 hours", "5 working", "٥ hours"])
    func refused(_ text: String) {
        #expect(throws: Term.Mistake.unreadable(text, suggestion: nil)) { try Term(text) }
    }

    @Test("The term that was probably meant is named")
    func suggestion() {
        #expect(throws: Term.Mistake.unreadable("5 workin days", suggestion: "5 working days")) {
            try Term("5 workin days")
        }
        #expect(throws: Term.Mistake.unreadable("5 jours ouvrez", suggestion: "5 jours ouvrés")) {
            try Term("5 jours ouvrez")
        }
        #expect(throws: Term.Mistake.unreadable("5 jour", suggestion: "5 jours ouvrés")) { try Term("5 jour") }
        #expect(throws: Term.Mistake.unreadable("1 day", suggestion: "1 working day")) { try Term("1 day") }
    }

    @Test(
        "No hours at all and more than 10,000 are refused",
        arguments: ["0 hours", "10001 hours", "99999999999999999999 hours"])
    func count(_ text: String) {
        #expect(throws: Term.Mistake.count(text)) { try Term(text) }
    }

    @Test("Jours ouvrables are refused, because they are other days")
    func ouvrables() {
        #expect(throws: Term.Mistake.ouvrable("5 jours ouvrables")) { try Term("5 jours ouvrables") }
    }
}
