/// Finds the known name that a mistyped name probably stands for.
public enum NearestName {
    /// The known name that differs from `name` by the fewest typing mistakes, the first of several; nil if none is
    /// near. At most one mistake in three letters counts as near, with a minimum of one and a maximum of three
    /// mistakes. Letter case, and hyphens in place of underscores, are not mistakes.
    public static func nearest(to name: String, among known: some Sequence<String>) -> String? {
        let typed = normalized(name)
        var best: (name: String, distance: Int)?
        for candidate in known {
            let letters = normalized(candidate)
            let distance = distance(typed, letters)
            let limit = min(3, max(1, max(typed.count, letters.count) / 3))
            guard distance <= limit, distance < min(typed.count, letters.count) else { continue }
            if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
        }
        return best?.name
    }

    /// The question to add to an error; nil if no name is near enough.
    public static func suggestion(for name: String, among known: some Sequence<String>) -> Text? {
        nearest(to: name, among: known).map {
            Text(fr: "vouliez-vous dire « \($0) » ?", en: "did you mean \"\($0)\"?")
        }
    }

    private static func normalized(_ name: String) -> [Character] {
        name.lowercased().map { $0 == "-" ? "_" : $0 }
    }

    /// The Damerau-Levenshtein distance in its restricted form (optimal string alignment): how many letters were
    /// added, left out, replaced, or swapped with their neighbour.
    static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var row = [i + 1]
            for (j, b) in right.enumerated() {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a == b ? 0 : 1))
                if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { cost = min(cost, beforeLast[j - 1] + 1) }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[right.count]
    }
}

extension Text {
    /// The text, and after a semicolon what helps the reader on, if there is something: a suggestion of ``NearestName``,
    /// or what is known.
    package func adding(_ help: Text?) -> Text {
        help.map { Text(fr: "\(self) ; \($0)", en: "\(self); \($0)") } ?? self
    }
}
