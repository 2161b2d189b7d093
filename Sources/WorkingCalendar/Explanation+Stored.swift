import Civil
package import JSON
import Wording

extension Explanation: StoredByHand {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.stored("term", term)
        writer.stored("promised", promised)
        writer.stored("season", season)
        writer.stored("start", start)
        writer.stored("calendar", calendar)
        writer.stored("is_pausable", isPausable)
        writer.stored("steps", steps)
        writer.stored("changes", changes)
        writer.stored("end", end)
        writer.endObject()
    }

    package init(stored json: JSON) throws(UnreadableStored) {
        self.init(
            term: try json.stored("term"), promised: try json.stored("promised"),
            season: try json.storedIfAny("season"),
            start: try json.stored("start"), calendar: try json.stored("calendar"),
            isPausable: try json.stored("is_pausable"), steps: try json.stored("steps"),
            changes: try json.stored("changes"), end: try json.stored("end"))
    }
}

extension Explanation.CalendarSummary: StoredByHand {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.stored("name", name)
        writer.stored("zone", zone)
        writer.stored("hours", hours)
        writer.stored("region", region)
        writer.stored("works_on_holidays", worksOnHolidays)
        writer.endObject()
    }

    package init(stored json: JSON) throws(UnreadableStored) {
        self.init(
            name: try json.storedIfAny("name"), zone: try json.stored("zone"), hours: try json.stored("hours"),
            region: try json.stored("region"), worksOnHolidays: try json.stored("works_on_holidays"))
    }
}

extension Explanation.Step: StoredByHand {
    package func write(to writer: inout JSONWriter) {
        switch self {
        case .days(let first, let last, let from, let through):
            writer.storedCase("days") {
                $0.stored("first", first)
                $0.stored("last", last)
                $0.stored("from", from)
                $0.stored("through", through)
            }
        case .time(let first, let last, let milliseconds):
            writer.storedCase("time") {
                $0.stored("first", first)
                $0.stored("last", last)
                $0.stored("milliseconds", milliseconds)
            }
        case .holiday(let date, let holiday):
            writer.storedCase("holiday") {
                $0.stored("date", date)
                $0.stored("holiday", holiday)
            }
        case .closure(let first, let last, let days):
            writer.storedCase("closure") {
                $0.stored("first", first)
                $0.stored("last", last)
                $0.stored("days", days)
            }
        case .pause(let from, let to, let reasons, let effect):
            writer.storedCase("pause") {
                $0.stored("from", from)
                $0.stored("to", to)
                $0.stored("reasons", reasons)
                $0.stored("effect", effect)
            }
        case .pausedAtClose(let first, let last):
            writer.storedCase("paused_at_close") {
                $0.stored("first", first)
                $0.stored("last", last)
            }
        }
    }

    package init(stored json: JSON) throws(UnreadableStored) {
        let (name, json) = try json.storedCase()
        switch name {
        case "days":
            self = .days(
                first: try json.stored("first"), last: try json.stored("last"), from: try json.stored("from"),
                through: try json.stored("through"))
        case "time":
            self = .time(
                first: try json.stored("first"), last: try json.stored("last"),
                milliseconds: try json.stored("milliseconds"))
        case "holiday": self = .holiday(date: try json.stored("date"), holiday: try json.stored("holiday"))
        case "closure":
            self = .closure(
                first: try json.stored("first"), last: try json.stored("last"), days: try json.stored("days"))
        case "pause":
            self = .pause(
                from: try json.stored("from"), to: try json.storedIfAny("to"), reasons: try json.stored("reasons"),
                effect: try json.stored("effect"))
        case "paused_at_close":
            self = .pausedAtClose(first: try json.stored("first"), last: try json.stored("last"))
        default: throw UnreadableStored(name)
        }
    }
}

extension Explanation.Effect: StoredByHand {
    package func write(to writer: inout JSONWriter) {
        switch self {
        case .nothing: writer.storedCase("nothing")
        case .time(let milliseconds): writer.storedCase("time") { $0.stored("milliseconds", milliseconds) }
        case .days(let first, let last, let count):
            writer.storedCase("days") {
                $0.stored("first", first)
                $0.stored("last", last)
                $0.stored("count", count)
            }
        case .close: writer.storedCase("close")
        case .refused: writer.storedCase("refused")
        case .tooLate: writer.storedCase("too_late")
        case .standsStill: writer.storedCase("stands_still")
        }
    }

    package init(stored json: JSON) throws(UnreadableStored) {
        let (name, json) = try json.storedCase()
        switch name {
        case "nothing": self = .nothing
        case "time": self = .time(milliseconds: try json.stored("milliseconds"))
        case "days":
            self = .days(
                first: try json.stored("first"), last: try json.stored("last"), count: try json.stored("count"))
        case "close": self = .close
        case "refused": self = .refused
        case "too_late": self = .tooLate
        case "stands_still": self = .standsStill
        default: throw UnreadableStored(name)
        }
    }
}

extension Explanation.Change: StoredByHand {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.stored("moment", moment)
        writer.stored("term", term)
        writer.stored("season", season)
        writer.stored("reason_to_lower", reasonToLower)
        writer.stored("gives", gives)
        writer.stored("is_followed", isFollowed)
        writer.stored("is_too_late", isTooLate)
        writer.endObject()
    }

    package init(stored json: JSON) throws(UnreadableStored) {
        self.init(
            moment: try json.stored("moment"), term: try json.stored("term"), season: try json.storedIfAny("season"),
            reasonToLower: try json.storedIfAny("reason_to_lower"), gives: try json.stored("gives"),
            isFollowed: try json.stored("is_followed"), isTooLate: try json.stored("is_too_late"))
    }
}

extension Explanation.End: StoredByHand {
    package func write(to writer: inout JSONWriter) {
        switch self {
        case .due(let by): writer.storedCase("due") { $0.stored("by", by) }
        case .paused(let since): writer.storedCase("paused") { $0.stored("since", since) }
        case .never: writer.storedCase("never")
        }
    }

    package init(stored json: JSON) throws(UnreadableStored) {
        let (name, json) = try json.storedCase()
        switch name {
        case "due": self = .due(by: try json.stored("by"))
        case "paused": self = .paused(since: try json.stored("since"))
        case "never": self = .never
        default: throw UnreadableStored(name)
        }
    }
}

extension ChosenSeason: StoredByHand {
    package func write(to writer: inout JSONWriter) {
        switch self {
        case .during(let season): writer.storedCase("during") { $0.stored("season", season) }
        case .outside(let seasons): writer.storedCase("outside") { $0.stored("seasons", seasons) }
        }
    }

    package init(stored json: JSON) throws(UnreadableStored) {
        let (name, json) = try json.storedCase()
        switch name {
        case "during": self = .during(season: try json.stored("season"))
        case "outside": self = .outside(seasons: try json.stored("seasons"))
        default: throw UnreadableStored(name)
        }
    }
}

extension ClockReading: StoredByHand {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.stored("instant", instant)
        writer.stored("date", date)
        writer.stored("minute", minute)
        writer.stored("is_second_time", isSecondTime)
        writer.endObject()
    }

    package init(stored json: JSON) throws(UnreadableStored) {
        self.init(
            instant: try json.stored("instant"), date: try json.stored("date"), minute: try json.stored("minute"),
            isSecondTime: try json.stored("is_second_time"))
    }
}
