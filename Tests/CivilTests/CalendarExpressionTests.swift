import Testing

@testable import Civil

@Suite("Calendar expressions") struct CalendarExpressionTests {
    private func mistake(_ text: String) -> CalendarMistake? {
        do {
            _ = try CalendarExpression(text)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "A mistake has the position where it begins and the reason",
        arguments: [
            ("", 0, "a weekday, a date or a time is missing"),
            (" 8:00", 0, "\" \" in place of a weekday, a date or a time"),
            ("dayly", 0, "\"dayly\" is neither a weekday like Mon nor a word like daily"),
            ("Mon..Fry 08:00", 5, "\"Fry\" is neither a weekday like Mon nor a word like daily"),
            ("Fri..Mon 08:00", 5, "this day is before the range's first one (the week begins on Monday)"),
            ("Mon;Tue", 3, "\";\" in place of \",\", \"..\" or a space"),
            ("Mon..", 5, "a weekday like Mon is missing"),
            ("Mon 8", 5, "\":\" is missing"),
            ("25:00", 0, "the hour is 0 to 23"),
            ("Mon..Fri 08:61", 12, "the minute is 0 to 59"),
            ("8:00:0,75", 7, "the second is 0 to 59"),
            ("*-13-01", 2, "the month is 1 to 12"),
            ("*-*-32 08:00", 4, "the day is 1 to 31"),
            ("*-*~29", 4, "the day counted from the end of the month is 1 to 28"),
            ("2200-01-01", 0, "the year is 1970 to 2199"),
            ("18..8:00", 0, "the range ends before its start"),
            ("*:0/0", 4, "the step is zero"),
            ("*:0/60", 2, "the step is too large: it leads to no other value"),
            ("0:0:5..5.5", 4, "a range of seconds without a step is a second long at least"),
            ("8:00:00.x", 8, "\"x\" in place of decimals"),
            ("*/15:00", 1, "\"/\" in place of \"-\", \"~\" or \":\""),
            ("8:00,", 5, "a number is missing"),
            ("8h30", 1, "\"h\" in place of a number, \"..\", \"/\" or a separator"),
            ("8:00:00 x", 8, "this machine knows no time zone \"x\""),
            ("08:00 Mars/Olympus", 6, "this machine knows no time zone \"Mars/Olympus\""),
            ("2026-11-23T08:00", 10, "\"T\" in place of a number, \"..\", \"/\" or a separator"),
            ("*-*-*-* 8:00", 5, "\"-\" in place of the end of the date"),
            ("8:00 ", 4, "\" \" in place of \":\" or the end of the time"),
            ("99999999999999999999:00", 0, "the number is too large"),
            ("@9999999999", 0, "this moment is after the year 2199"),
            ("@12 8:00", 3, "\" \" in place of the end of the expression"),
            ("日曜 8:00", 0, "\"日\" in place of a number"),
        ] as [(String, Int, String)])
    func mistakes(_ text: String, _ position: Int, _ reason: String) {
        let mistake = mistake(text)
        #expect(mistake?.position == position)
        #expect(mistake?.en == reason)
        #expect(mistake?.fr.isEmpty == false && mistake?.fr != reason)
    }

    /// Expressions that systemd accepts and this parser does not, each with its reason.
    @Test(
        "An expression that depends on the machine, or that systemd accepts by accident, is refused",
        arguments: [
            // Abbreviations of the machine's own zone; CET is accepted, as a zone of the database.
            "12:00 CEST", "12:00 EDT",
            // Leap seconds are not counted anywhere else.
            "12:00 right/Europe/Paris",
            // systemd reads the number with strtoul(3), which skips spaces and takes a sign.
            "@ 5", "@+5",
        ])
    func refused(_ text: String) {
        #expect(mistake(text) != nil)
    }

    @Test("In a list of days counted from the end of the month, each element has the same limit as the first")
    func countedBack() throws {
        // systemd 252 lowers the limit by three days with each element of the list, and refuses this expression.
        let expression = try CalendarExpression("*-*~26,28")
        #expect(expression.description == "*-*~26,28 00:00:00")
        #expect(try elapses("*-*~26,28", after: "2026-02-01 UTC", 2) == ["2026-02-03", "2026-03-04"])
    }

    @Test("A step that leads past the end of its unit starts again in the next one")
    func stepPastEnd() throws {
        // systemd 252 continues at the equivalent of hour 40, and so omits 02:00.
        #expect(try times("02/19:00", after: "2026-11-23 UTC", 3) == ["02:00", "21:00", "02:00"])
        #expect(try elapses("*-01/9-01", after: "2026-11-23 UTC", 3) == ["2027-01-01", "2027-10-01", "2028-01-01"])
    }

    @Test("The normalised form parses as the same expression")
    func normalised() {
        var generator = Generator(seed: 99)
        var read = 0
        for _ in 0..<5_000 {
            guard let expression = try? CalendarExpression(generator.expression(zones: ["UTC", "Asia/Tokyo"])) else {
                continue
            }
            read += 1
            let again = try? CalendarExpression(expression.description)
            #expect(again == expression)
            #expect(again?.description == expression.description)
        }
        #expect(read > 3_500)
    }

    @Test("Parsing any text ends with an expression or with a mistake at a position within the text")
    func anything() {
        var generator = Generator(seed: 7)
        let characters = Array("0123456789*/,.-~: @MonUTCé\u{301}🎄\n\0")
        for _ in 0..<20_000 {
            let text = String(
                (0..<generator.number(0...12)).map { _ in
                    characters[generator.number(0...characters.count - 1)]
                })
            guard let mistake = mistake(text) else { continue }
            #expect((0...text.count).contains(mistake.position), "\(text)")
        }
    }

    @Test("An expression that never elapses returns nil, and the next elapse is strictly after the given instant")
    func never() throws {
        for text in HardExpressions.never {
            let expression = try CalendarExpression(text)
            for zone in ["UTC", "Europe/Paris"] {
                #expect(expression.next(after: 1_795_420_800_000_000, in: try #require(Zone(zone))) == nil)
            }
        }
        let daily = try CalendarExpression("daily")
        #expect(daily.next(after: 0, in: .utc) == 86_400_000_000)
        #expect(daily.next(after: -1, in: .utc) == 0)
        #expect(daily.next(after: .min, in: .utc) == 0)
        #expect(daily.next(after: .max, in: .utc) == nil)
        #expect(try CalendarExpression("*:*:0/0.000001").next(after: 5, in: .utc) == 6)
    }

    private func elapses(_ text: String, after moment: String, _ count: Int) throws -> [String] {
        try local(text, moment, count).map(\.date.description)
    }

    private func times(_ text: String, after moment: String, _ count: Int) throws -> [String] {
        try local(text, moment, count).map { local in
            let minutes = Int(local.microsecond / 60_000_000)
            return "\((minutes / 60).padded(2)):\((minutes % 60).padded(2))"
        }
    }

    private func local(_ text: String, _ moment: String, _ count: Int) throws -> [WallTime] {
        let start = try #require(CalendarExpression(moment).next(after: 0, in: .utc))
        return try CalendarExpression(text).elapses(after: start, in: .utc, limit: count)
            .map { WallTime(microseconds: $0) }
    }
}
