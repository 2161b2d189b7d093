import Civil
import Foundation
import Testing
import Wording

@Suite("Texts")
struct TextTests {
    private let paris = Zone("Europe/Paris") ?? .utc
    /// Friday, 25 December 2026, 09:00 in Paris.
    private let christmas = Instant(milliseconds: 1_798_185_600_000)

    private func said(_ text: Text) -> [String] { [text.said(in: .fr, zone: paris), text.said(in: .en, zone: paris)] }

    @Test("An instant is written in each language, in the local time of the reader's zone")
    func instants() {
        #expect(
            said(Text(fr: "le \(christmas)", en: "on \(christmas)")) == [
                "le vendredi 25 décembre à 9\u{A0}h", "on Friday 25 December, 09:00",
            ])
        #expect(
            said(Text(fr: "\(christmas, .day)", en: "\(christmas, .day)")) == [
                "vendredi 25 décembre", "Friday 25 December",
            ])
        #expect(
            said(Text(fr: "\(christmas, .dayAndYear)", en: "\(christmas, .dayAndYear)")) == [
                "vendredi 25 décembre 2026", "Friday 25 December 2026",
            ])
        let later = christmas + .minutes(65)
        #expect(said(Text(fr: "\(later, .time)", en: "\(later, .time)")) == ["10\u{A0}h\u{A0}05", "10:05"])
        #expect(
            said(Text(fr: "\(christmas..<later)", en: "\(christmas..<later)")) == [
                "vendredi 25 décembre, 9\u{A0}h\u{A0}– 10\u{A0}h\u{A0}05", "Friday 25 December, 09:00\u{A0}– 10:05",
            ])
    }

    @Test("A range of time names its day once, both days if it goes beyond midnight, and the year if that is asked for")
    func ranges() {
        let evening = christmas + .hours(13)
        #expect(
            said(Text(fr: "\(evening..<evening + .hours(4))", en: "\(evening..<evening + .hours(4))")) == [
                "vendredi 25 décembre, 22\u{A0}h\u{A0}– samedi 26 décembre, 2\u{A0}h",
                "Friday 25 December, 22:00\u{A0}– Saturday 26 December, 02:00",
            ])
        #expect(
            said(Text(fr: "\(evening..<evening + .hours(2))", en: "\(evening..<evening + .hours(2))")) == [
                "vendredi 25 décembre, 22\u{A0}h\u{A0}– minuit", "Friday 25 December, 22:00\u{A0}– midnight",
            ])
        let hour = christmas..<christmas + .hours(1)
        #expect(
            said(Text(fr: "\(hour, .dayAndYear)", en: "\(hour, .dayAndYear)")) == [
                "vendredi 25 décembre 2026, 9\u{A0}h\u{A0}– 10\u{A0}h", "Friday 25 December 2026, 09:00\u{A0}– 10:00",
            ])
        #expect(Text(fr: "\(hour)", en: "\(hour)").en == "Friday 25 December, 08:00 UTC\u{A0}– 09:00 UTC")
    }

    @Test("Without a zone, an instant is written in UTC and marked as such")
    func withoutZone() {
        let text = Text(fr: "\(christmas)", en: "\(christmas)")
        #expect(text.fr == "vendredi 25 décembre à 8\u{A0}h UTC")
        #expect(text.en == "Friday 25 December, 08:00 UTC")
        #expect(text.said(in: paris).en == "Friday 25 December, 09:00")
    }

    @Test("Days, times of day, spans and numbers are written in the form of each language")
    func values() throws {
        let first = try #require(LocalDate("2027-03-01"))
        #expect(said(Text(fr: "\(first)", en: "\(first)")) == ["lundi 1er mars", "Monday 1 March"])
        let noon = try #require(TimeOfDay("12:00"))
        #expect(said(Text(fr: "\(noon)", en: "\(noon)")) == ["12\u{A0}h", "12:00"])
        let spans: [(Duration, String, String)] = [
            (.days(3), "3 jours", "3 days"), (.days(1), "1 jour", "1 day"),
            (.hours(36), "1 jour 12 heures", "1 day 12 hours"),
            (.seconds(90), "1 minute 30 secondes", "1 minute 30 seconds"), (.zero, "0 seconde", "0 seconds"),
            (.hours(24) + .seconds(5), "1 jour", "1 day"),
        ]
        for (span, french, english) in spans {
            #expect(
                said(Text(fr: "\(span)", en: "\(span)")).map { $0.replacing("\u{A0}", with: " ") } == [french, english])
        }
        #expect(said(Text(fr: "\(1234567)", en: "\(1234567)")) == ["1\u{202F}234\u{202F}567", "1,234,567"])
        #expect(said(Text(fr: "\(2026)", en: "\(-2026)")) == ["2026", "-2026"])
        #expect(said(Text(fr: "\(1.5)", en: "\(1.5)")) == ["1,5", "1.5"])
    }

    @Test("A word agrees with its number, by the rules of each language")
    func counts() {
        let expected = [
            (0, "0 demande", "0 requests"), (1, "1 demande", "1 request"), (2, "2 demandes", "2 requests"),
        ]
        for (count, french, english) in expected {
            let text = Text(fr: "\(count, "demande", "demandes")", en: "\(count, "request", "requests")")
            #expect(said(text).map { $0.replacing("\u{A0}", with: " ") } == [french, english])
        }
    }

    @Test("A text within a text is written in the language of the outer one, also in a list and with an instant in it")
    func nested() {
        let state = Text(fr: "en loge", en: "held")
        #expect(said(Text(fr: "colis \(state)", en: "parcel \(state)")) == ["colis en loge", "parcel held"])
        let day = Text(fr: "depuis \(christmas, .day)", en: "since \(christmas, .day)")
        #expect(
            said(Text(fr: "\(state) \(day)", en: "\(state) \(day)")) == [
                "en loge depuis vendredi 25 décembre", "held since Friday 25 December",
            ])
        let names = ["a", "b", "c"].map(Text.init(verbatim:))
        #expect(said(Text(fr: "\(names)", en: "\(names)")) == ["a, b et c", "a, b and c"])
        #expect(said(Text(verbatim: "; ", joining: [state, day]))[1] == "held; since Friday 25 December")
    }

    @Test("French typography is applied to the literal text and never to interpolated strings")
    func typography() {
        let typed = "l'eau : « oui » !"
        let text = Text(
            fr: "Refusé : « \(typed) » ; dites-le à l'accueil !", en: "Refused: \"\(typed)\"; tell the desk!")
        #expect(
            text.fr == "Refusé\u{A0}: «\u{A0}l'eau : « oui » !\u{A0}»\u{202F}; dites-le à l’accueil\u{202F}!")
        #expect(text.en == "Refused: \"l'eau : « oui » !\"; tell the desk!")
        #expect(Text(fr: "à 12:30, https://exemple.fr ?", en: "").fr == "à 12:30, https://exemple.fr\u{202F}?")
        #expect(Text(fr: "l'\(typed)", en: "").fr == "l’l'eau : « oui » !")
        #expect(Text(fr: "--note='au 2e étage'", en: "").fr == "--note='au 2e étage'")
    }

    @Test("A text is stored with its words in both languages and is read back unchanged")
    func coding() throws {
        let text = Text(fr: "Échéance : \(christmas, .day)", en: "Due: \(christmas, .day)")
        let read = try JSONDecoder().decode(Text.self, from: JSONEncoder().encode(text.said(in: paris)))
        #expect(read == text.said(in: paris))
        #expect(read.fr == "Échéance\u{A0}: vendredi 25 décembre")
    }

    @Test(
        "A distance is written in the nearest whole unit, in both languages",
        arguments: [
            (0, "now", "maintenant"), (40, "in 40 s", "dans 40 s"), (-120, "2 min ago", "il y a 2 min"),
            (3_590, "in 1 h", "dans 1 h"), (3 * 3_600 - 60, "in 3 h", "dans 3 h"),
            (-3 * 86_400, "3 d ago", "il y a 3 j"),
        ] as [(Int64, String, String)])
    func distance(_ seconds: Int64, _ english: String, _ french: String) {
        #expect(Text.distance(seconds: seconds).en == english)
        #expect(Text.distance(seconds: seconds).fr == french)
    }

    @Test("Texts with the same words are equal, whether they were written, read back or joined")
    func equality() {
        let written = Text(fr: "L'eau : coupée", en: "The water: cut off")
        let readBack = Text(saidInFrench: "L’eau\u{A0}: coupée", english: "The water: cut off")
        #expect(written == readBack)
        #expect(Set([written, readBack]).count == 1)
        #expect(Text(verbatim: "", joining: [written]) == readBack)
        #expect(Text(fr: "L'eau", en: "The water: cut off") != readBack)
    }
}
