import JSON
import Testing
import Wording

@testable import conciergectl

/// `conciergectl calendar`, on 24 November 2026 at 09:00 in Paris.
@Suite struct CalendarTests {
    @Test("The command prints the expression in words and normalised, and elapses in words and by their distance")
    func english() async {
        let captured = Captured()
        #expect(
            await captured.run("calendar", "Mon..Fri 08:00", "--zone", "Europe/Paris", "--iterations", "2") == 0)
        #expect(
            captured.output == """
                  In words         Monday to Friday at 08:00
                  Normalized form  Mon..Fri *-*-* 08:00:00
                  Time zone        Europe/Paris

                WHEN                               IN
                Wednesday 25 November 2026, 08:00  in 23 h
                Thursday 26 November 2026, 08:00   in 47 h

                """)
        #expect(captured.diagnostics.isEmpty)
    }

    @Test("The command prints French, accepts an expression of several words, and uses the zone of TZ")
    func french() async {
        let captured = Captured()
        let status = await captured.run(
            "calendar", "2026-12-01", "08:00", language: .fr, environment: ["TZ": "Europe/Paris"])
        #expect(status == 0)
        #expect(
            captured.output == """
                  En clair          le mardi 1er décembre 2026 à 8\u{A0}h
                  Forme normalisée  2026-12-01 08:00:00
                  Fuseau horaire    Europe/Paris

                QUAND                          DANS
                mardi 1er décembre 2026 à 8\u{A0}h  dans 7 j

                """)
        #expect(captured.diagnostics == "Ensuite plus jamais.\n")
    }

    @Test("With --json the output is one object with the normalised form and elapses in UTC")
    func json() async throws {
        let captured = Captured()
        let status = await captured.run(
            "calendar", "--json", "--iterations", "3", "--base", "2026-11-30T00:00:00Z", "Mon..Fri 8:0 Europe/Paris")
        #expect(status == 0)
        #expect(
            captured.output == """
                {"normalized":"Mon..Fri *-*-* 08:00:00 Europe/Paris","elapses":["2026-11-30T07:00:00Z",\
                "2026-12-01T07:00:00Z","2026-12-02T07:00:00Z"]}

                """)
        let fine = Captured()
        #expect(await fine.run("calendar", "--json", "--iterations", "1", "*:*:0/0.25", "--zone", "UTC") == 0)
        #expect(try JSON.parse(fine.output)["elapses"] == ["2026-11-24T08:00:00.250000Z"])
    }

    @Test("An elapse is strictly after the base, which is local time if it has no zone")
    func base() async throws {
        for (base, first) in [
            ("2026-11-25T08:00", "2026-11-26T07:00:00Z"), ("2026-11-25 07:59:59", "2026-11-25T07:00:00Z"),
            ("2026-11-25T06:59:59.999999Z", "2026-11-25T07:00:00Z"), ("2026-11-25", "2026-11-25T07:00:00Z"),
        ] {
            let captured = Captured()
            let status = await captured.run(
                "calendar", "--json", "--iterations", "1", "--base", base, "--zone", "Europe/Paris", "08:00")
            #expect(status == 0)
            #expect(try JSON.parse(captured.output)["elapses"] == [.string(first)], "\(base)")
        }
    }

    @Test("An expression that never elapses is reported as such, and is not an error")
    func never() async throws {
        let captured = Captured()
        #expect(await captured.run("calendar", "*-02-31", "--json") == 0)
        #expect(captured.output == #"{"normalized":"*-02-31 00:00:00","elapses":[]}"# + "\n")
        let english = Captured()
        #expect(await english.run("calendar", "*-02-31") == 0)
        #expect(english.lines.contains("It never comes again (until the end of 2199)."))
    }

    @Test("A malformed expression has status 65, with a mark below the position of the mistake")
    func malformed() async throws {
        let captured = Captured()
        #expect(await captured.run("calendar", "Mon..Fry 08:00") == 65)
        #expect(captured.output.isEmpty)
        #expect(
            captured.diagnostics == """
                conciergectl: not a calendar expression: "Fry" is neither a weekday like Mon nor a word like daily
                  Mon..Fry 08:00
                       ^
                What can be written: "Mon 08:00", "Mon..Fri 08:00", "*-12-25", "daily".

                """)
        let french = Captured()
        #expect(await french.run("calendar", "8:00,", language: .fr) == 65)
        #expect(
            french.diagnostics == """
                conciergectl\u{A0}: ce n’est pas une expression de calendrier\u{A0}: il manque un nombre
                  8:00,
                       ^
                On peut écrire\u{A0}: «\u{A0}lundi 8h\u{A0}», «\u{A0}du lundi au vendredi 8:00\u{A0}», «\u{A0}tous les jours 7h30\u{A0}», «\u{A0}le 25 décembre\u{A0}», «\u{A0}le premier lundi du mois à 8h\u{A0}».

                """)
        let json = Captured()
        #expect(await json.run("calendar", "8:61", "--json") == 65)
        let error = try JSON.parse(json.diagnostics)
        #expect(error["error"] == "conciergectl.InvalidCalendar")
        #expect(error["parameters"]?["position"] == 2)
    }

    @Test(
        "In French a word that is not understood is named, with French examples and no English ones",
        arguments: [
            ("lindi 8h", "lindi", 0), ("tous les lindis 8h", "lindis", 9), ("le 32 décembre", "32", 3),
            ("lundi 8h bientôt", "bientôt", 9),
        ])
    func notUnderstood(_ text: String, _ word: String, _ position: Int) async {
        let captured = Captured()
        #expect(await captured.run("calendar", text, language: .fr) == 65)
        let lines = captured.diagnostics.split(separator: "\n").map(String.init)
        #expect(lines[0].hasSuffix("«\u{A0}\(word)\u{A0}» n’est ni un jour, ni une date, ni une heure"))
        #expect(lines[2] == "  " + String(repeating: " ", count: position) + "^")
        #expect(!captured.diagnostics.contains("daily"))
    }

    @Test("Seconds and their fractions are shown where an elapse has any")
    func seconds() async {
        let captured = Captured()
        #expect(await captured.run("calendar", "*:*:0/0.25", "--zone", "Europe/Paris", "--iterations", "2") == 0)
        #expect(captured.output.contains("Tuesday 24 November 2026, 09:00:00.250000  now"))
    }

    @Test("The mark is at the right position after wide characters and after replaced control characters")
    func wide() async {
        let captured = Captured()
        #expect(await captured.run("calendar", "Mon\u{1B}[2J 8:00 日曜/é") == 65)
        #expect(captured.diagnostics.contains("\n  Mon\u{FFFD}[2J 8:00 日曜/é\n"))
        #expect(!captured.diagnostics.contains("\u{1B}"))
    }

    @Test(
        "An unknown zone, a bad base or a bad number is a mistake in the command line",
        arguments: [
            ["--zone", "Mars/Olympus"], ["--zone", ""], ["--base", "soon"], ["--base", "2026-02-30"],
            ["--base", "2026-03-29T02:30", "--zone", "Europe/Paris"], ["--iterations", "0"], ["--iterations", "x"],
            ["--iterations", "1001"],
        ])
    func usage(_ options: [String]) async {
        let captured = Captured()
        #expect(await Conciergectl.run(["calendar", "daily"] + options, on: captured.console()) == 64)
        #expect(captured.diagnostics.hasPrefix("conciergectl: "))
        #expect(captured.output.isEmpty)
        #expect(await Captured().run("calendar") == 64)
    }
}
