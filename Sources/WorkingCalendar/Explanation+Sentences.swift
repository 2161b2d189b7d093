import Civil
public import Wording

extension Explanation {
    /// What a resident can be read: the start, the opening hours, what counted and what did not, and the date. Each is a
    /// whole sentence, and none of them depends on the reader's zone.
    public var sentences: [Text] {
        [startSentence] + seasonSentence(season, promised) + changes.flatMap(sentences(for:)) + calendarSentences
            + steps.map(sentence(for:)) + [endSentence]
    }

    private var startSentence: Text {
        let from = start.words(withYear: true)
        return Text(
            fr: "Le délai promis est de \(promised.words), à partir du \(from).",
            en: "The promised term is \(promised.words), from \(from).")
    }

    // MARK: - The season

    /// Why the term is this one; nothing where it depends on no season.
    private func seasonSentence(_ season: ChosenSeason?, _ term: Term) -> [Text] {
        switch season {
        case nil: []
        case .during(let season):
            [
                Text(
                    fr: "Selon la saison, \(season.words) : \(term.words).",
                    en: "By season, \(season.words): \(term.words).")
            ]
        case .outside(let seasons):
            [
                Text(
                    fr:
                        "Selon la saison, hors \(seasons.count == 1 ? "de la période" : "des périodes") \(seasons.map(\.words)) : "
                        + "\(term.words).",
                    en: "By season, except \(seasons.map(\.words)): \(term.words).")
            ]
        }
    }

    // MARK: - The calendar

    private var calendarSentences: [Text] {
        var sentences: [Text] = []
        if term != promised {
            sentences.append(
                Text(fr: "Le délai qui décide : \(term.words).", en: "The term that decides: \(term.words)."))
        }
        guard term.needsCalendar else {
            return sentences + [
                Text(
                    fr: "Il court jour et nuit, jours fériés compris.",
                    en: "It runs by day and by night, on public holidays too.")
            ]
        }
        let name = calendar.name.map { Text(fr: "Horaires « \($0) »", en: "Opening hours \"\($0)\"") }
        let title = name ?? Text(fr: "Horaires", en: "Opening hours")
        sentences.append(
            calendar.hours.isEmpty
                ? Text(fr: "\(title) : \(calendar.hours.words).", en: "\(title): \(calendar.hours.words).")
                : Text(
                    fr: "\(title) : \(calendar.hours.words) ; \(holidays).",
                    en: "\(title): \(calendar.hours.words); \(holidays)."))
        if case .workingDays = term {
            sentences.append(
                Text(
                    fr: "Le \(start.date, .day) ne compte pas : le jour 1 est le jour ouvré suivant.",
                    en: "\(start.date, .day) does not count: day 1 is the next working day."))
        }
        return sentences
    }

    private var holidays: Text {
        if calendar.worksOnHolidays {
            return Text(fr: "ouvert aussi les jours fériés", en: "open on public holidays too")
        }
        return switch calendar.region.law {
        case .france: Text(fr: "fermé les jours fériés", en: "closed on public holidays")
        case .alsaceMoselle:
            Text(
                fr: "fermé les jours fériés d'Alsace-Moselle", en: "closed on the public holidays of Alsace-Moselle")
        case .overseas:
            Text(
                fr: "fermé les jours fériés (\(calendar.region.description))",
                en: "closed on the public holidays (\(calendar.region.description))")
        }
    }

    // MARK: - The steps

    private func sentence(for step: Step) -> Text {
        switch step {
        case .days(let first, let last, let from, let through):
            return from == through
                ? Text(fr: "Le \(day(first)) compte : jour \(from).", en: "\(day(first)) counts: day \(from).")
                : Text(
                    fr: "\(span(first, last)) : jours \(from) à \(through).",
                    en: "\(span(first, last)): days \(from) to \(through).")
        case .time(let first, let last, let milliseconds):
            let time = Self.length(milliseconds)
            return first == last
                ? Text(fr: "Le \(day(first)), on compte \(time).", en: "\(day(first)): \(time) counted.")
                : Text(fr: "\(span(first, last)), on compte \(time).", en: "\(span(first, last)): \(time) counted.")
        case .holiday(let date, let holiday):
            return Text(
                fr: "Le \(day(date)) ne compte pas : jour férié (\(holiday.words)).",
                en: "\(day(date)) does not count: public holiday (\(holiday.words)).")
        case .closure(let first, let last, let days):
            return days == 1
                ? Text(fr: "Le \(day(first)) ne compte pas : fermeture.", en: "\(day(first)) does not count: closed.")
                : Text(
                    fr: "\(span(first, last)), rien ne compte : fermeture (\(days, "jour", "jours")).",
                    en: "\(span(first, last)) do not count: closed (\(days, "day", "days")).")
        case .pause(let from, let to, let reasons, let effect):
            let because = reasons.isEmpty ? Text(verbatim: "") : Text(fr: " (\(reasons))", en: " (\(reasons))")
            let (pause, taken) = (span(from, to), words(for: effect))
            return Text(fr: "\(pause)\(because) : \(taken).", en: "\(pause)\(because): \(taken).")
        case .pausedAtClose(let first, let last):
            return first == last
                ? Text(
                    fr:
                        "À la fermeture du \(day(first)), le délai est en pause : la date passe à la fermeture suivante.",
                    en: "At the close of \(day(first)) it is paused: the date moves to the next close.")
                : Text(
                    fr: "\(span(first, last)), le délai est en pause à chaque fermeture : la date passe à la suivante.",
                    en: "\(span(first, last)): it is paused at each close, and the date moves to the next one.")
        }
    }

    private func words(for effect: Effect) -> Text {
        switch effect {
        case .nothing:
            if case .workingDays = term {
                return Text(
                    fr: "sans effet, car elle ne prend aucun jour ouvré entier",
                    en: "no effect, because it takes no whole working day")
            }
            return Text(fr: "sans effet, car rien ne comptait alors", en: "no effect, because nothing counted then")
        case .time(let milliseconds):
            return Text(
                fr: "\(Self.length(milliseconds)) de moins dans le compte",
                en: "\(Self.length(milliseconds)) not counted")
        case .days(let first, let last, let count):
            return count == 1
                ? Text(fr: "le \(day(first)) ne compte pas", en: "\(day(first)) does not count")
                : Text(
                    fr: "\(count, "jour ouvré", "jours ouvrés") de moins, entre le \(day(first)) et le \(day(last))",
                    en: "\(count, "working day", "working days") not counted, between \(day(first)) and \(day(last))")
        case .close: return Text(fr: "le délai finirait en pause", en: "it would end while it is paused")
        case .refused:
            return Text(
                fr: "refusée, car la sécurité est en jeu ; le délai court",
                en: "refused, because safety is at stake; the term runs on")
        case .tooLate:
            return Text(fr: "sans effet, car elle commence trop tard", en: "no effect, because it begins too late")
        case .standsStill: return Text(fr: "le délai est suspendu", en: "the term stands still")
        }
    }

    // MARK: - The changes

    private func sentences(for change: Change) -> [Text] {
        let moment = said(change.moment)
        let lowered = change.reasonToLower.map { reason in
            Text(
                fr: "Le \(moment), l'urgence est abaissée (\(reason)) : \(change.term.words), depuis le début.",
                en: "\(moment): the urgency is lowered (\(reason)): \(change.term.words), from the beginning.")
        }
        let changed = Text(
            fr: "Le \(moment), l'urgence change : \(change.term.words), depuis le début.",
            en: "\(moment): the urgency changes: \(change.term.words), from the beginning.")
        return [lowered ?? changed] + seasonSentence(change.season, change.term) + [outcome(of: change)]
    }

    private func outcome(of change: Change) -> Text {
        if change.isTooLate {
            return Text(
                fr: "Cela vient après l'échéance : rien ne change.",
                en: "That comes after the promise was due: nothing changes.")
        }
        let gives =
            switch change.gives {
            case .due(let reading): Text(fr: "Cela donne le \(said(reading))", en: "That gives \(said(reading))")
            case .paused: Text(fr: "Cela ne donne pas encore de date", en: "That gives no date yet")
            case .never: Text(fr: "Cela ne donne jamais de date", en: "That never gives a date")
            }
        if change.reasonToLower != nil {
            return Text(fr: "\(gives), qui remplace ce qui valait.", en: "\(gives), which replaces what held.")
        }
        return change.isFollowed
            ? Text(fr: "\(gives), plus tôt : c'est ce qui vaut.", en: "\(gives), which is earlier: it holds.")
            : Text(fr: "\(gives), pas plus tôt : rien ne change.", en: "\(gives), not earlier: nothing changes.")
    }

    // MARK: - The end

    private var endSentence: Text {
        switch end {
        case .due(let reading):
            let date = reading.words(withYear: true)
            return Text(fr: "C'est promis au plus tard le \(date).", en: "It is promised by \(date).")
        case .paused(let since):
            return Text(
                fr: "Le délai est suspendu depuis le \(said(since)) : pas de date tant que la pause dure.",
                en: "The term has stood still since \(said(since)): there is no date while the pause lasts.")
        case .never:
            return Text(
                fr: "Rien n'est ouvert dans les 20 ans : ce délai ne finit jamais, il n'y a pas de date.",
                en: "Nothing is open within 20 years: this term never ends, and there is no date.")
        }
    }

    // MARK: - Words

    /// A day, with its year where that is not the year of the start.
    private func day(_ date: LocalDate) -> Text {
        let style: Phrase.Style = date.year == start.date.year ? .day : .dayAndYear
        return Text(fr: "\(date, style)", en: "\(date, style)")
    }

    private func said(_ reading: ClockReading) -> Text {
        reading.words(withYear: reading.date.year != start.date.year)
    }

    /// `Du mardi 30 mars au vendredi 2 avril`.
    private func span(_ first: LocalDate, _ last: LocalDate) -> Text {
        Text(fr: "Du \(day(first)) au \(day(last))", en: "\(day(first)) to \(day(last))")
    }

    private func span(_ from: ClockReading, _ to: ClockReading?) -> Text {
        guard let to else { return Text(fr: "Pause depuis le \(said(from))", en: "Pause since \(said(from))") }
        if from.date == to.date, !from.isSecondTime, !to.isSecondTime {
            let times = (TimeOfDay(minutes: from.minute), TimeOfDay(minutes: to.minute))
            return Text(
                fr: "Pause le \(day(from.date)) de \(times.0) à \(times.1)",
                en: "Pause on \(day(from.date)) from \(times.0) to \(times.1)")
        }
        return Text(fr: "Pause du \(said(from)) au \(said(to))", en: "Pause from \(said(from)) to \(said(to))")
    }

    /// A length of time in hours, which do not become days: `25 heures 30 minutes`. Fractions of a second are cut off.
    private static func length(_ milliseconds: Int64) -> Text {
        let seconds = Int(milliseconds / 1000)
        let parts: [(count: Int, words: Text)] = [
            (
                seconds / 3600,
                Text(fr: "\(seconds / 3600, "heure", "heures")", en: "\(seconds / 3600, "hour", "hours")")
            ),
            (
                seconds / 60 % 60,
                Text(fr: "\(seconds / 60 % 60, "minute", "minutes")", en: "\(seconds / 60 % 60, "minute", "minutes")")
            ),
            (
                seconds % 60,
                Text(fr: "\(seconds % 60, "seconde", "secondes")", en: "\(seconds % 60, "second", "seconds")")
            ),
        ]
        let said = parts.filter { $0.count > 0 }.map(\.words)
        return said.isEmpty ? parts[2].words : Text(verbatim: " ", joining: said)
    }
}
