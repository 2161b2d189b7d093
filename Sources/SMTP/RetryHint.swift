/// How long a server asks to wait, in the words of a 4xx reply.
///
/// There is no standard for it: greylisting servers write `300 seconds`, `5 min`, `60s` or `00:04:37`.
enum RetryHint {
    /// A reply cannot hold a mail back for longer.
    static let longest = Duration.seconds(86_400)

    /// The first span of time in a reply; nil if there is none.
    static func duration(in reply: String) -> Duration? {
        let words = reply.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == ":")) }
        for (index, word) in words.enumerated() {
            if let clock = clock(word) { return min(clock, longest) }
            let digits = word.prefix { $0.isNumber }
            guard let count = Int64(digits), count > 0, count < 1_000_000 else { continue }
            let glued = word.dropFirst(digits.count)
            let next = index + 1 < words.count ? words[index + 1] : ""
            if let unit = seconds(of: glued.isEmpty ? next : glued) { return min(.seconds(count * unit), longest) }
        }
        return nil
    }

    /// `00:04:37`.
    private static func clock(_ word: Substring) -> Duration? {
        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.count == 2 ? Int64($0) : nil }
        guard parts.count == 3, numbers.count == 3, numbers[1] < 60, numbers[2] < 60 else { return nil }
        let sum = numbers[0] * 3600 + numbers[1] * 60 + numbers[2]
        return sum > 0 ? .seconds(sum) : nil
    }

    private static func seconds(of unit: Substring) -> Int64? {
        switch unit.lowercased() {
        case "s", "sec", "secs", "second", "seconds": 1
        case "m", "min", "mins", "minute", "minutes": 60
        case "h", "hr", "hrs", "hour", "hours": 3600
        default: nil
        }
    }
}
