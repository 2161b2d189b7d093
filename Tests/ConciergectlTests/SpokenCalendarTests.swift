import Civil
import Testing
import Wording

@testable import conciergectl

@Suite("Calendars in French") struct SpokenCalendarTests {
    @Test(
        "Days and times in French are an expression",
        arguments: [
            ("lundi 8:00", "Mon 8:00"), ("lundi 8h", "Mon 08:00"), ("lundi au vendredi 8h30", "Mon..Fri 08:30"),
            ("du lundi au vendredi à 8 h 30", "Mon..Fri 08:30"), ("lundi et jeudi 14h", "Mon,Thu 14:00"),
            ("lundi, jeudi 14h", "Mon,Thu 14:00"), ("tous les jours 7h30", "*-*-* 07:30"),
            ("tous les lundis à 9h", "Mon 09:00"), ("25 décembre", "*-12-25"), ("le 25/12/2026", "2026-12-25"),
            ("le 1er du mois 8h", "*-*-01 08:00"), ("toutes les heures", "*:00"), ("toutes les 15 minutes", "*:0/15"),
            ("lundi 8h Europe/Paris", "Mon 08:00 Europe/Paris"),
        ])
    func expressions(_ text: String, _ expected: String) throws {
        let expression = try #require(SpokenCalendar.expression(text), "\(text)")
        #expect(try CalendarExpression(expression).description == CalendarExpression(expected).description)
    }

    @Test("Other words are not understood", arguments: ["", "bientôt", "lundi bientôt", "lundi au", "le"])
    func refused(_ text: String) {
        #expect(SpokenCalendar.expression(text) == nil)
    }

    @Test("The command understands French, and says in French what can be written")
    func command() async {
        let captured = Captured()
        #expect(await captured.run("calendar", "lundi 8:00", language: .fr) == 0)
        #expect(captured.output.contains("Mon *-*-* 08:00:00"))
        let other = Captured()
        #expect(await other.run("calendar", "bientôt", language: .fr) == 65)
        #expect(other.diagnostics.contains("On peut écrire"))
    }
}
