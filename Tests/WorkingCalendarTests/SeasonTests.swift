import Civil
import JSON
import Testing
import Wording
import WorkingCalendar

@Suite("Terms by season")
struct SeasonTests {
    private func day(_ text: String) throws -> DayOfYear { try #require(DayOfYear(text)) }

    private func plain(_ explanation: Explanation, _ language: Language) -> [String] {
        explanation.sentences.map { sentence in
            String(sentence[language].map { ["\u{A0}", "\u{202F}"].contains($0) ? " " : $0 })
        }
    }

    private func heating() throws -> SeasonalTerm {
        try SeasonalTerm(.workingDays(3), in: [SeasonTerm("1/11..30/4=1 working day")])
    }

    private func explain(_ term: SeasonalTerm, from start: String) throws -> Explanation {
        let (calendar, start) = (try WorkingCalendar.office(), try instant(start))
        let choice = calendar.choice(of: term, from: start)
        return calendar.explain(try Promise(choice.term, season: choice.season, from: start))
    }

    @Test(
        "A season has both its days, whether or not it contains New Year",
        arguments: [
            ("1/11..30/4", ["1/11", "31/12", "1/1", "29/2", "30/4"], ["31/10", "1/5", "1/7"]),
            ("1/5..31/10", ["1/5", "1/7", "31/10"], ["30/4", "1/11", "1/1"]),
            ("24/12..24/12", ["24/12"], ["23/12", "25/12"]),
            ("1/1..31/12", ["1/1", "29/2", "31/12"], []), ("2/3..1/3", ["1/3", "2/3", "1/9"], []),
            ("1/2..29/2", ["1/2", "28/2", "29/2"], ["1/3"]),
        ])
    func contains(_ text: String, _ inside: [String], _ outside: [String]) throws {
        let season = try Season(text)
        #expect(season.description == text)
        for text in inside { #expect(season.contains(try day(text)), "\(text)") }
        for text in outside { #expect(!season.contains(try day(text)), "\(text)") }
    }

    @Test("Two seasons overlap if and only if a day belongs to both, for seasons drawn at random")
    func overlaps() throws {
        var generator = SystemRandomNumberGenerator()
        let days = (0..<366).map { DayOfYear(LocalDate(daysSinceEpoch: 10_957 + $0)) }
        for _ in 0..<200 {
            let ends = (0..<4).map { _ in days.randomElement(using: &generator) ?? days[0] }
            let (one, other) = (Season(from: ends[0], through: ends[1]), Season(from: ends[2], through: ends[3]))
            let common = days.contains { one.contains($0) && other.contains($0) }
            #expect(one.overlaps(other) == common, "\(one) \(other)")
            #expect(other.overlaps(one) == common, "\(one) \(other)")
        }
    }

    @Test(
        "A season with its term is read in both languages and with any spaces, and written in one form",
        arguments: [
            "1/11..30/4=1 working day", "01/11..30/04 = 1 jour ouvré", " 1/11 .. 30/4 =1 Working  day",
        ])
    func read(_ text: String) throws {
        let read = try SeasonTerm(text)
        #expect(read.term == .workingDays(1))
        #expect(read.description == "1/11..30/4=1 working day")
    }

    @Test(
        "A mistake in a season says what is wrong, in both languages",
        arguments: [
            (
                "30/2..1/4=1 working day", "\"30/2\" is not a day of the year like 30/4 for 30 April",
                "« 30/2 » n’est pas un jour de l’année, comme 30/4 pour le 30 avril"
            ),
            (
                "1/11..31/4=1 hour", "\"31/4\" is not a day of the year like 30/4 for 30 April",
                "« 31/4 » n’est pas un jour de l’année, comme 30/4 pour le 30 avril"
            ),
            (
                "1/13..1/4=1 hour", "\"1/13\" is not a day of the year like 30/4 for 30 April",
                "« 1/13 » n’est pas un jour de l’année, comme 30/4 pour le 30 avril"
            ),
            (
                "winter=1 hour", "\"winter\" is not the term of a season like 1/11..30/4=1 working day",
                "« winter » n’est pas le délai d’une saison, comme 1/11..30/4=1 jour ouvré"
            ),
            (
                "1/11..30/4", "\"1/11..30/4\" is not the term of a season like 1/11..30/4=1 working day",
                "« 1/11..30/4 » n’est pas le délai d’une saison, comme 1/11..30/4=1 jour ouvré"
            ),
            (
                "1/11..30/4=1 day", "\"1 day\" is not a term; did you mean \"1 working day\"?",
                "« 1 day » n’est pas un délai ; vouliez-vous dire « 1 working day » ?"
            ),
        ])
    func mistakes(_ text: String, _ english: String, _ french: String) throws {
        let mistake = try #require(throws: SeasonalTerm.Mistake.self) { try SeasonTerm(text) }
        #expect(mistake.words.en == english)
        #expect(String(mistake.words.fr.map { ["\u{A0}", "\u{202F}"].contains($0) ? " " : $0 }) == french)
    }

    @Test("Seasons that share a day are refused, and so is a list without any")
    func refused() throws {
        let winter = try SeasonTerm("1/11..30/4=1 working day")
        let spring = try SeasonTerm("30/4..1/6=2 working days")
        #expect(throws: SeasonalTerm.Mistake.overlap(winter.season, spring.season)) {
            try SeasonalTerm(.workingDays(3), in: [winter, spring])
        }
        #expect(throws: SeasonalTerm.Mistake.noSeason) { try SeasonalTerm(.workingDays(3), in: []) }
        let summer = try SeasonTerm("1/5..1/6=2 working days")
        #expect(try SeasonalTerm(.workingDays(3), in: [winter, summer]).seasons == [winter, summer])
    }

    @Test("The term is that of the local day on which the promise begins, and the explanation says why")
    func chosen() throws {
        // In Paris it is 1 November, in UTC still 31 October.
        let winter = try explain(heating(), from: "2026-10-31T23:30:00Z")
        #expect(winter.term == .workingDays(1))
        #expect(
            plain(winter, .fr).prefix(2) == [
                "Le délai promis est de 1 jour ouvré, à partir du dimanche 1er novembre 2026 à 0 h 30.",
                "Selon la saison, du 1er novembre au 30 avril : 1 jour ouvré.",
            ])
        #expect(plain(winter, .en)[1] == "By season, from 1 November to 30 April: 1 working day.")
        let summer = try explain(heating(), from: "2026-10-31T22:30:00Z")
        #expect(summer.term == .workingDays(3))
        #expect(
            plain(summer, .fr)[1] == "Selon la saison, hors de la période du 1er novembre au 30 avril : 3 jours ouvrés."
        )
        #expect(plain(summer, .en)[1] == "By season, except from 1 November to 30 April: 3 working days.")
        let two = try SeasonalTerm(
            .hours(48), in: [SeasonTerm("1/11..31/3=24 hours"), SeasonTerm("1/7..31/8=72 hours")])
        #expect(
            plain(try explain(two, from: "2026-05-04T08:00:00Z"), .fr)[1]
                == "Selon la saison, hors des périodes du 1er novembre au 31 mars et du 1er juillet au 31 août : 48 heures."
        )
        let always = try explain(SeasonalTerm(.workingDays(3)), from: "2026-11-02T08:00:00Z")
        #expect(always.season == nil)
    }

    @Test("A change of the urgency says the season of its term")
    func changed() throws {
        let (calendar, start) = (try WorkingCalendar.office(), try instant("2026-11-02T08:00:00Z"))
        let choice = calendar.choice(of: try heating(), from: start)
        let promise = try Promise(
            .workingDays(5), from: start,
            changes: [.init(at: start + .hours(1), to: choice.term, season: choice.season)])
        #expect(
            plain(calendar.explain(promise), .fr)[1...3] == [
                "Le lundi 2 novembre à 10 h, l’urgence change : 1 jour ouvré, depuis le début.",
                "Selon la saison, du 1er novembre au 30 avril : 1 jour ouvré.",
                "Cela donne le mardi 3 novembre à 17 h 30, plus tôt : c’est ce qui vaut.",
            ])
    }

    @Test("The season is stored with the explanation, and is said from it alone")
    func stored() throws {
        for start in ["2026-11-02T08:00:00Z", "2026-07-02T08:00:00Z"] {
            let explanation = try explain(heating(), from: start)
            let stored = try JSONCoding.encode(explanation)
            #expect(try JSONCoding.decode(Explanation.self, from: stored) == explanation)
            #expect(String(decoding: stored, as: UTF8.self).contains(#""1/11..30/4""#))
        }
    }
}
