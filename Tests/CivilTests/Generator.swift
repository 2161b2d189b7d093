import ConciergeKit

/// Generates expressions, the same ones from the same seed: most are valid, some are at the limits, some are invalid.
struct Generator {
    private var numbers: SplitMix64

    init(seed: UInt64) { numbers = SplitMix64(seed: seed) }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(numbers.next() % UInt64(range.count))
    }

    private mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }

    private mutating func pick<T>(_ choices: [T]) -> T { choices[number(0...choices.count - 1)] }

    mutating func expression(zones: [String] = []) -> String {
        var text = chance(3) ? word() : parts()
        if !zones.isEmpty, chance(10) { text += " " + pick(zones) }
        return chance(12) ? spoilt(text) : text
    }

    /// An expression on whole minutes, for any day, that elapses more often at night than by day.
    mutating func minutes() -> String {
        let hours = ["*", "0..23", "1,2,3", "2", "0/2", "0..5", "22..23", "1..3", "0", "3", "0..22", "12..23"]
        let minutes = ["0", "30", "15", "0/15", "*", "10,50", "59", "0/7", "45"]
        return pick(["", "", "", "Sun ", "Fri,Sat "]) + pick(["", "", "", "*-*-30 ", "*-3,10,12-* "])
            + pick(hours) + ":" + pick(minutes)
    }

    private mutating func word() -> String {
        if chance(30) { return "@\(number(0...7_300_000_000))" }
        return pick([
            "minutely", "hourly", "daily", "Weekly", "monthly", "quarterly", "semiannually", "bi-annually", "YEARLY",
        ])
    }

    private mutating func parts() -> String {
        var parts: [String] = []
        if chance(35) { parts.append(weekdays()) }
        if chance(65) { parts.append(date()) }
        if parts.isEmpty || chance(75) { parts.append(time()) }
        return parts.joined(separator: chance(3) ? "  " : " ")
    }

    private mutating func weekdays() -> String {
        let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "monday", "Thursday", "SUNDAY"]
        let order = [0, 1, 2, 3, 4, 5, 6, 0, 3, 6]
        return (0..<pick([1, 1, 1, 2, 3])).map { _ in
            let (first, last) = (number(0...9), number(0...9))
            guard chance(35), order[first] <= order[last] || chance(5) else { return names[first] }
            return names[first] + pick(["..", "..", "-"]) + names[last]
        }
        .joined(separator: ",")
    }

    private mutating func date() -> String {
        let separator = chance(25) ? "~" : "-"
        let day = list(separator == "~" ? 1...28 : 1...31, any: 15)
        let month = list(1...12, any: 50)
        guard chance(75) else { return month + separator + day }
        let year = chance(70) ? "*" : chance(20) ? list(0...99, any: 0) : list(2024...2060, any: 0, past: 2199)
        return "\(year)-\(month)\(separator)\(day)"
    }

    private mutating func time() -> String {
        let time = list(0...23, any: 35) + ":" + list(0...59, any: 20)
        guard chance(35) else { return time }
        return time + ":" + (chance(25) ? fractions() : list(0...59, any: 20))
    }

    private mutating func fractions() -> String {
        let fraction = { (self: inout Generator) -> String in
            "\(self.number(0...58)).\(self.number(0...self.pick([9, 99, 99_999, 9_999_999])))"
        }
        var text = fraction(&self)
        if chance(30) { text += ".." + fraction(&self) }
        if chance(40) { text += "/" + pick([fraction(&self), "0.25", "1", "2.5"]) }
        return text
    }

    /// A list of up to four elements; `past` is the largest value of the unit.
    private mutating func list(_ range: ClosedRange<Int>, any: Int, past: Int? = nil) -> String {
        if chance(any) { return "*" }
        return (0..<pick([1, 1, 1, 1, 2, 2, 3, 4])).map { _ in element(range, past: past ?? range.upperBound) }
            .joined(separator: ",")
    }

    private mutating func element(_ range: ClosedRange<Int>, past: Int) -> String {
        let slip = chance(1) ? pick([-1, 1]) : 0
        let start = min(max(number(range) + slip, 0), past + 1)
        var text = chance(50) && start < 10 ? "0\(start)" : "\(start)"
        let upper = max(start, range.upperBound)
        let isRange = chance(25)
        if isRange { text += "..\(chance(2) ? number(range) : number(start...upper))" }
        if chance(isRange ? 40 : 20) { text += "/\(number(1...max(1, (upper - start) * 11 / 10)))" }
        return text
    }

    /// The text with one or two characters changed, removed or inserted.
    private mutating func spoilt(_ text: String) -> String {
        var characters = Array(text)
        for _ in 0..<number(1...2) {
            let place = number(0...characters.count)
            let character = pick(Array("0123456789*/,.-~: @MonUTCé"))
            switch number(0...2) {
            case 0: characters.insert(character, at: place)
            case 1 where place < characters.count: characters[place] = character
            case 2 where place < characters.count && characters.count > 1: characters.remove(at: place)
            default: break
            }
        }
        return String(characters)
    }
}
