import Civil
import Foundation
import JSON
import Testing
import Wording
import WorkingCalendar

@Suite("Explanations of promises")
struct ExplanationTests {
    private let parts = Text(fr: "attente de pièces", en: "waiting for parts")

    private func plain(_ explanation: Explanation, _ language: Language) -> [String] {
        explanation.sentences.map { sentence in
            String(sentence[language].map { ["\u{A0}", "\u{202F}"].contains($0) ? " " : $0 })
        }
    }

    private func overEaster() throws -> Explanation {
        let promise = try Promise(
            .workingDays(5), from: try instant("2027-03-25T14:00:00Z"),
            pauses: [try pause("2027-03-30T06:00:00Z", "2027-03-31T06:00:00Z", parts)])
        return try WorkingCalendar.office(closures: ["2027-04-01", "2027-04-02"]).explain(promise, name: "gardiens")
    }

    @Test("A promise over Easter is explained in French, step by step")
    func french() throws {
        #expect(
            plain(try overEaster(), .fr) == [
                "Le délai promis est de 5 jours ouvrés, à partir du jeudi 25 mars 2027 à 15 h.",
                "Horaires « gardiens » : du lundi au vendredi, 8 h – 12 h et 13 h 30 – 17 h 30 ; fermé les jours fériés.",
                "Le jeudi 25 mars ne compte pas : le jour 1 est le jour ouvré suivant.",
                "Le vendredi 26 mars compte : jour 1.",
                "Le lundi 29 mars ne compte pas : jour férié (Lundi de Pâques).",
                "Pause du mardi 30 mars à 8 h au mercredi 31 mars à 8 h (attente de pièces) : le mardi 30 mars ne compte pas.",
                "Le mercredi 31 mars compte : jour 2.",
                "Du jeudi 1er avril au vendredi 2 avril, rien ne compte : fermeture (2 jours).",
                "Du lundi 5 avril au mercredi 7 avril : jours 3 à 5.",
                "C’est promis au plus tard le mercredi 7 avril 2027 à 17 h 30.",
            ])
    }

    @Test("The same promise is explained in English")
    func english() throws {
        #expect(
            plain(try overEaster(), .en) == [
                "The promised term is 5 working days, from Thursday 25 March 2027, 15:00.",
                "Opening hours \"gardiens\": Monday to Friday, 08:00 – 12:00 and 13:30 – 17:30; closed on public holidays.",
                "Thursday 25 March does not count: day 1 is the next working day.",
                "Friday 26 March counts: day 1.",
                "Monday 29 March does not count: public holiday (Easter Monday).",
                "Pause from Tuesday 30 March, 08:00 to Wednesday 31 March, 08:00 (waiting for parts): "
                    + "Tuesday 30 March does not count.",
                "Wednesday 31 March counts: day 2.",
                "Thursday 1 April to Friday 2 April do not count: closed (2 days).",
                "Monday 5 April to Wednesday 7 April: days 3 to 5.",
                "It is promised by Wednesday 7 April 2027, 17:30.",
            ])
    }

    @Test("What is stored is enough to say the same years later")
    func stored() throws {
        for vector in Vector.all {
            let explanation = try vector.workingCalendar().explain(try vector.madePromise(), name: "x")
            let stored = try JSONCoding.json(of: explanation).text
            let read = try JSONCoding.decode(Explanation.self, from: Array(stored.utf8))
            #expect(read == explanation)
            #expect(read.sentences == explanation.sentences)
        }
    }

    @Test("What is stored has one form, which stays")
    func storedForm() throws {
        let form = """
            {"term":"5 working days","promised":"5 working days",\
            "start":{"instant":"2027-03-25T14:00:00Z","date":"2027-03-25","minute":900,"is_second_time":false},\
            "calendar":{"name":"gardiens","zone":"Europe/Paris","hours":{"monday":["08:00-12:00","13:30-17:30"],\
            "tuesday":["08:00-12:00","13:30-17:30"],"wednesday":["08:00-12:00","13:30-17:30"],\
            "thursday":["08:00-12:00","13:30-17:30"],"friday":["08:00-12:00","13:30-17:30"]},"region":"FR",\
            "works_on_holidays":false},"is_pausable":true,"steps":[\
            {"days":{"first":"2027-03-26","last":"2027-03-26","from":1,"through":1}},\
            {"holiday":{"date":"2027-03-29","holiday":"easter-monday"}},\
            {"pause":{"from":{"instant":"2027-03-30T06:00:00Z","date":"2027-03-30","minute":480,"is_second_time":false},\
            "to":{"instant":"2027-03-31T06:00:00Z","date":"2027-03-31","minute":480,"is_second_time":false},\
            "reasons":[{"fr":"attente de pièces","en":"waiting for parts"}],\
            "effect":{"days":{"first":"2027-03-30","last":"2027-03-30","count":1}}}},\
            {"days":{"first":"2027-03-31","last":"2027-03-31","from":2,"through":2}},\
            {"closure":{"first":"2027-04-01","last":"2027-04-02","days":2}},\
            {"days":{"first":"2027-04-05","last":"2027-04-07","from":3,"through":5}}],"changes":[],\
            "end":{"due":{"by":{"instant":"2027-04-07T15:30:00Z","date":"2027-04-07","minute":1050,"is_second_time":false}}}}
            """
        #expect(try JSONCoding.json(of: try overEaster()).text == form)
    }

    private func lines(_ promise: Promise, _ calendar: WorkingCalendar) -> [String] {
        plain(calendar.explain(promise), .fr)
    }

    @Test("Time that was worked and time that was paused are said in hours")
    func workingHours() throws {
        let promise = try Promise(
            .workingHours(10), from: try instant("2027-01-11T09:00:00Z"),
            pauses: [try pause("2027-01-11T13:30:00Z", "2027-01-11T15:45:00Z", parts)])
        #expect(
            lines(promise, try .office()).suffix(4) == [
                "Le lundi 11 janvier, on compte 3 heures.",
                "Pause le lundi 11 janvier de 14 h 30 à 16 h 45 (attente de pièces) : "
                    + "2 heures 15 minutes de moins dans le compte.",
                "Du lundi 11 janvier au mardi 12 janvier, on compte 7 heures.",
                "C’est promis au plus tard le mardi 12 janvier 2027 à 15 h 45.",
            ])
    }

    @Test("A pause that has no effect says why")
    func noEffect() throws {
        let pauses = [
            try pause("2027-01-12T08:00:00Z", "2027-01-12T09:00:00Z"),
            try pause("2027-03-01T08:00:00Z", "2027-03-02T09:00:00Z"),
        ]
        let start = try instant("2027-01-11T09:00:00Z")
        let days = lines(try Promise(.workingDays(2), from: start, pauses: pauses), try .office())
        #expect(
            days.contains(
                "Pause le mardi 12 janvier de 9 h à 10 h : sans effet, car elle ne prend aucun jour ouvré entier."))
        #expect(
            days.contains(
                "Pause du lundi 1er mars à 9 h au mardi 2 mars à 10 h : sans effet, car elle commence trop tard."))
        let night = try pause("2027-01-11T20:00:00Z", "2027-01-12T02:00:00Z")
        let hours = lines(try Promise(.workingHours(10), from: start, pauses: [night]), try .office())
        #expect(
            hours.contains(
                "Pause du lundi 11 janvier à 21 h au mardi 12 janvier à 3 h : sans effet, car rien ne comptait alors."))
    }

    @Test("A pause that is refused for safety is said, and the term runs on")
    func refused() throws {
        let promise = try Promise(
            .hours(24), from: try instant("2027-01-11T09:00:00Z"),
            pauses: [try pause("2027-01-11T11:00:00Z", nil, parts)], isPausable: false)
        #expect(
            lines(promise, try .office()) == [
                "Le délai promis est de 24 heures, à partir du lundi 11 janvier 2027 à 10 h.",
                "Il court jour et nuit, jours fériés compris.",
                "Pause depuis le lundi 11 janvier à 12 h (attente de pièces) : "
                    + "refusée, car la sécurité est en jeu ; le délai court.",
                "C’est promis au plus tard le mardi 12 janvier 2027 à 10 h.",
            ])
    }

    @Test("A promise that stands still and one that never ends have no date and say so")
    func withoutDate() throws {
        let start = try instant("2027-01-11T09:00:00Z")
        let paused = try Promise(.workingDays(2), from: start, pauses: [try pause("2027-01-11T11:00:00Z", nil, parts)])
        #expect(
            lines(paused, try .office()).suffix(2) == [
                "Pause depuis le lundi 11 janvier à 12 h (attente de pièces) : le délai est suspendu.",
                "Le délai est suspendu depuis le lundi 11 janvier à 12 h : pas de date tant que la pause dure.",
            ])
        let never = lines(try Promise(.workingDays(2), from: start), try WorkingCalendar([:]))
        #expect(never[1] == "Horaires : aucune heure d’ouverture.")
        #expect(
            never.last
                == "Rien n’est ouvert dans les 20 ans : ce délai ne finit jamais, il n’y a pas de date.")
    }

    @Test("A due moment that a pause moved is explained")
    func moved() throws {
        let promise = try Promise(
            .workingDays(1), from: try instant("2027-01-11T09:00:00Z"),
            pauses: [try pause("2027-01-12T13:00:00Z", "2027-01-13T09:00:00Z", parts)])
        #expect(
            lines(promise, try .office()).suffix(4) == [
                "Le mardi 12 janvier compte : jour 1.",
                "Pause du mardi 12 janvier à 14 h au mercredi 13 janvier à 10 h (attente de pièces) : "
                    + "le délai finirait en pause.",
                "À la fermeture du mardi 12 janvier, le délai est en pause : la date passe à la fermeture suivante.",
                "C’est promis au plus tard le mercredi 13 janvier 2027 à 17 h 30.",
            ])
    }

    @Test("Each change of the urgency says what it gives and whether it holds")
    func changes() throws {
        let moment = try instant("2027-01-11T10:00:00Z")
        let promise = try Promise(
            .workingDays(5), from: try instant("2027-01-11T09:00:00Z"),
            changes: [
                Promise.Change(at: moment, to: .hours(24)), Promise.Change(at: moment, to: .workingDays(10)),
                Promise.Change(
                    at: moment, to: .hours(48), reasonToLower: Text(fr: "accord du locataire", en: "the tenant agrees")),
            ])
        #expect(
            lines(promise, try .office()) == [
                "Le délai promis est de 5 jours ouvrés, à partir du lundi 11 janvier 2027 à 10 h.",
                "Le lundi 11 janvier à 11 h, l’urgence change : 24 heures, depuis le début.",
                "Cela donne le mardi 12 janvier à 10 h, plus tôt : c’est ce qui vaut.",
                "Le lundi 11 janvier à 11 h, l’urgence change : 10 jours ouvrés, depuis le début.",
                "Cela donne le lundi 25 janvier à 17 h 30, pas plus tôt : rien ne change.",
                "Le lundi 11 janvier à 11 h, l’urgence est abaissée (accord du locataire) : 48 heures, depuis le début.",
                "Cela donne le mercredi 13 janvier à 10 h, qui remplace ce qui valait.",
                "Le délai qui décide : 48 heures.",
                "Il court jour et nuit, jours fériés compris.",
                "C’est promis au plus tard le mercredi 13 janvier 2027 à 10 h.",
            ])
    }

    @Test("A close at the end of a day is on that day, and an hour that comes twice is told apart")
    func clocks() throws {
        let late = try WorkingCalendar([.thursday: ["13:00-24:00"]])
        let promise = try Promise(.workingDays(1), from: try instant("2027-01-11T09:00:00Z"))
        #expect(lines(promise, late).last == "C’est promis au plus tard le jeudi 14 janvier 2027 à minuit (24 h).")
        let first = try Promise(.hours(1), from: try instant("2027-10-30T23:30:00Z"))
        let second = try Promise(.hours(1), from: try instant("2027-10-31T00:30:00Z"))
        #expect(lines(first, late).last == "C’est promis au plus tard le dimanche 31 octobre 2027 à 2 h 30.")
        #expect(
            lines(second, late).last
                == "C’est promis au plus tard le dimanche 31 octobre 2027 à 2 h 30 (après le changement d’heure).")
    }

    @Test("The explanation of a term of many years has a bound, and its last day is right")
    func bounded() throws {
        let sundays = try WorkingCalendar([.sunday: ["09:00-10:00"]], worksOnHolidays: true)
        let start = try instant("2027-01-11T09:00:00Z")
        let closures = (0..<200).map { LocalDate(daysSinceEpoch: 30_001 + 50 * $0).description }
        let mixed = try WorkingCalendar([.monday: ["09:00-10:00"], .thursday: ["09:00-10:00"]], closures: closures)
        for term in [Term.workingDays(10_000), .workingHours(10_000)] {
            #expect(mixed.explain(try Promise(term, from: start)).steps.count == 1000)
            let explanation = sundays.explain(try Promise(term, from: start))
            #expect(explanation.steps.count <= 1000)
            let last = try date("2027-01-17").adding(days: 7 * 9999)
            #expect(explanation.deadline == .due(sundays.zone.instant(of: last, at: TimeOfDay(minutes: 600))))
            guard case .days(_, last, _, 10_000) = explanation.steps.last else {
                guard case .time(_, last, _) = explanation.steps.last else {
                    Issue.record("\(String(describing: explanation.steps.last))")
                    continue
                }
                continue
            }
        }
    }

    @Test("Weekdays with the same opening hours are said together")
    func hours() throws {
        func words(_ calendar: WorkingCalendar) -> String {
            String(calendar.hours.words.fr.map { ["\u{A0}", "\u{202F}"].contains($0) ? " " : $0 })
        }
        #expect(words(try .always()) == "tous les jours, 0 h – 24 h")
        let some = ["09:00-12:00"]
        #expect(
            words(try WorkingCalendar([.monday: some, .wednesday: some, .friday: some, .saturday: ["10:00-11:00"]]))
                == "le lundi, mercredi et vendredi, 9 h – 12 h ; le samedi, 10 h – 11 h")
        #expect(words(try WorkingCalendar([.monday: some, .tuesday: some])) == "le lundi et mardi, 9 h – 12 h")
    }
}
