/// How well a provider is made, from bronze to platinum, after the model of Home Assistant's quality scale.
///
/// A provider names its grade in its manifest. What each grade demands is a table in docs/providers.md;
/// `checkConduct(of:)` checks all of it, and fails for a provider that does not hold the grade that it names.
public enum Grade: String, Sendable, Hashable, CaseIterable, Comparable {
    /// It starts, and its rules keep the rules of providers.
    case bronze
    /// Each line of its tables and each task was tried, also where attempts fail and daemons die.
    case silver
    /// Staff find a request, can always do something, and put right what was typed wrongly.
    case gold
    /// Its rules are fast, its walks long, and its words fit a terminal.
    case platinum

    /// A lower grade is less.
    public static func < (one: Grade, other: Grade) -> Bool { one.rank < other.rank }

    private var rank: Int {
        switch self {
        case .bronze: 0
        case .silver: 1
        case .gold: 2
        case .platinum: 3
        }
    }
}
