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
            ("le premier lundi du mois à 8h", "Mon *-*-1..7 8:00"), ("premier lundi de chaque mois", "Mon *-*-1..7"),
            ("le 2e jeudi du mois 14h", "Thu *-*-8..14 14:00"), ("le troisième mardi du mois", "Tue *-*-15..21"),
            ("tous les derniers vendredis du mois à 16h", "Fri *-*~7/1 16:00"),
            ("le dernier jour du mois à 18h", "*-*~1 18:00"), ("le premier jour du mois", "*-*-01"),
        ])
    func expressions(_ text: String, _ expected: String) throws {
        let expression = try #require(SpokenCalendar.expression(text), "\(text)")
        #expect(try CalendarExpression(expression).description == CalendarExpression(expected).description)
    }

    @Test(
        "Other words are not understood",
        arguments: [
            "", "bientôt", "lundi bientôt", "lundi au", "le", "le premier lundi de janvier", "le premier lundi",
            "le dixième lundi du mois",
        ])
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

    @Test(
        "A recurrence is said in words in both languages",
        arguments: [
            ("daily 07:00 Europe/Paris", "tous les jours à 7 h", "every day at 07:00"),
            ("daily 07:00 Europe/London", "tous les jours à 7 h (Europe/London)", "every day at 07:00 (Europe/London)"),
            ("every 15min", "toutes les 15 minutes", "every 15 minutes"),
            ("every 1h", "toutes les heures", "every hour"), ("every 2d", "tous les 2 jours", "every 2 days"),
            ("Mon,Thu *-*-* 07:00:00", "le lundi et le jeudi à 7 h", "every Monday and every Thursday at 07:00"),
            ("Mon..Fri *-*-* 08:30:00", "du lundi au vendredi à 8 h 30", "Monday to Friday at 08:30"),
            ("*-*-01 06:00:00", "le 1er du mois à 6 h", "on the 1st of the month at 06:00"),
            ("*-*-01,15 06:00:00", "le 1er et le 15 du mois à 6 h", "on the 1st and the 15th of the month at 06:00"),
            ("Mon *-*-01..07 08:00:00", "le premier lundi du mois à 8 h", "on the first Monday of the month at 08:00"),
            (
                "Fri *-*~07/1 16:00:00", "le dernier vendredi du mois à 16 h",
                "on the last Friday of the month at 16:00"
            ),
            ("*-*~01 18:00:00", "le dernier jour du mois à 18 h", "on the last day of the month at 18:00"),
            ("*-12-25 00:00:00", "le 25 décembre à minuit", "on 25 December at midnight"),
            ("*-*-* 08,14:00:00", "tous les jours à 8 h et 14 h", "every day at 08:00 and 14:00"),
            ("*-*-* *:00/15:00", "toutes les 15 minutes", "every 15 minutes"),
            ("Mon..Fri *-*-* *:00:00", "toutes les heures, du lundi au vendredi", "every hour, Monday to Friday"),
            // There are no words for these.
            ("*-*-* 08..18:00,30:00", "*-*-* 08..18:00,30:00", "*-*-* 08..18:00,30:00"),
            ("Mon *-12-25 08:00:00", "Mon *-12-25 08:00:00", "Mon *-12-25 08:00:00"),
            ("soon", "soon", "soon"),
        ])
    func words(_ recurrence: String, _ french: String, _ english: String) {
        let words = CalendarWords(zone: .paris).said(recurrence)
        #expect(words.fr.replacing("\u{A0}", with: " ") == french)
        #expect(words.en.replacing("\u{A0}", with: " ") == english)
    }

    @Test(
        "What is said in French words is understood again",
        arguments: [
            "*-*-* 07:00:00", "Mon,Thu *-*-* 07:00:00", "Mon..Fri *-*-* 08:30:00", "*-*-01 06:00:00",
            "Mon *-*-01..07 08:00:00", "Fri *-*~07/1 16:00:00", "*-*~01 18:00:00", "*-12-25 09:00:00",
            "*-*-* *:00/15:00", "*-*-* *:00:00",
        ])
    func inverse(_ expression: String) throws {
        let words = CalendarWords(zone: .paris).said(expression).fr
        let said = try #require(SpokenCalendar.expression(words), "\(words)")
        #expect(try CalendarExpression(said).description == expression)
    }
}
