import ConciergeKit

extension ServiceTable {
    /// The mistakes in the table, as text for the provider's author; empty if there are none.
    ///
    /// Every state must be reachable, and a closed state must be reachable from every open one: otherwise requests
    /// would get stuck without any error.
    package var mistakes: [String] {
        let all =
            nameMistakes + needMistakes + movingOutMistakes + openingMistakes + reachabilityMistakes + ambiguityMistakes
            + timerMistakes
            + inputMistakes
            + commitmentMistakes + sleepMistakes + nextMistakes + records.mistakes + correctionMistakes
            + members.mistakes
            + grantMistakes
        // A line that stays in several states has a row for each of them, so that a mistake may be found more than
        // once.
        return all.reduce(into: []) { mistakes, mistake in
            if !mistakes.contains(mistake) { mistakes.append(mistake) }
        }
    }

    private var needMistakes: [String] {
        guard place == .orPlace else { return [] }
        return ["place is .orPlace, which says nothing of a place: write static let resident = Need.orPlace"]
    }

    private var openingMistakes: [String] {
        var mistakes: [String] = []
        let openings = openings.compactMap { $0.opening?.id }
        for id in Set(openings).sorted() where openings.count(where: { $0 == id }) > 1 {
            mistakes.append("there are two openings \"\(id)\": write one, with an if in its rule")
        }
        if !rows.contains(where: \.begins) {
            mistakes.append("nothing opens a request: write an opening(…), for staff or on a signal")
        }
        for signal in Set(heard).sorted() where heard.count(where: { $0 == signal }) > 1 {
            mistakes.append(
                "there are two openings on the signal \"\(signal)\": write one, with an if in its rule")
        }
        for signal in heard where !Self.isSignalID(signal) {
            mistakes.append(
                "\"\(signal)\" is not the id of a signal: write the provider's id and the signal's name, as in "
                    + "\"parcel.uncollected\"")
        }
        return mistakes
    }

    private static func isSignalID(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2
            && parts.allSatisfy {
                !$0.isEmpty
                    && $0.utf8.allSatisfy { byte in
                        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                            || byte == UInt8(ascii: "-")
                    }
            }
    }

    private var reachabilityMistakes: [String] {
        let closed = Set(states.filter { !$0.isOpen }.map(\.id))
        let begun = Set(rows.filter(\.begins).flatMap(\.to))
        let reached = spread(from: begun) { row, reached in row.from.contains(where: reached.contains) ? row.to : [] }
        let ending = spread(from: closed) { row, ending in row.to.contains(where: ending.contains) ? row.from : [] }
        var mistakes =
            closed.isEmpty
            ? ["no state is closed, so no request could ever end: declare one with closed(fr: …, en: …)"] : []
        for state in states where !reached.contains(state.id) {
            mistakes.append("the state \"\(state.id)\" cannot be reached: no line leads to it with to: or or:")
        }
        for state in states where state.isOpen && !ending.contains(state.id) && !closed.isEmpty {
            mistakes.append(
                "the state \"\(state.id)\" is a dead end: no closed state can be reached from it, so write a line that leads "
                    + "on from it")
        }
        return mistakes
    }

    /// All states that are found by applying `step` until nothing is added.
    private func spread(from start: Set<String>, along step: (Row, Set<String>) -> [String]) -> Set<String> {
        var found = start
        while true {
            let next = rows.reduce(into: found) { $0.formUnion(step($1, found)) }
            if next == found { return found }
            found = next
        }
    }

    private var ambiguityMistakes: [String] {
        var mistakes: [String] = []
        for row in rows where row.to.isEmpty || (!row.begins && row.from.isEmpty) {
            mistakes.append("\"\(row.event)\" needs a state to start from and one to lead to: write from: …, to: …")
        }
        for state in states {
            let events = rows.filter { $0.from.contains(state.id) }.map(\.event.description)
            for event in Set(events).sorted() where events.count(where: { $0 == event }) > 1 {
                mistakes.append(
                    "\"\(event)\" stands twice for the state \"\(state.id)\": write one line, with an if in its rule")
            }
        }
        let schemas = Dictionary(grouping: rows.compactMap(\.action), by: \.id)
        for (action, uses) in schemas.sorted(by: { $0.key < $1.key }) where Set(uses.map(\.input)).count > 1 {
            mistakes.append("the action \"\(action)\" stands for inputs with different fields: rename one of the types")
        }
        return mistakes
    }

    private var timerMistakes: [String] {
        let deadlines = deadlineTimers
        return timers.filter { $0.id.contains(":") && !deadlines.contains($0.id) }.map {
            "the timer \"\($0.id)\" has a colon in its name: write an id without one"
        }
    }

    /// A request that waits for the clock, and that nothing wakes, would sleep for ever.
    private var sleepMistakes: [String] {
        states.filter { state in
            state.turn == .clock && !rows.contains { $0.from.contains(state.id) && $0.isAutomatic }
        }.map {
            "nothing wakes a request in the state \"\($0.id)\", which waits for the clock: write after(…), ended(…) or "
                + "granted(…) for it, or say whose turn it is"
        }
    }

    private var nextMistakes: [String] {
        states.flatMap { state in
            state.next.filter { action in !rows.contains { $0.from.contains(state.id) && $0.action?.id == action } }
                .map {
                    "the state \"\(state.id)\" says that \"\($0)\" comes next, and no line has that action there: write "
                        + "on(…) for it, or take it out of next:"
                }
        }
    }

    private var commitmentMistakes: [String] {
        commitments.filter { !watches($0.id) }.map {
            "no line says what happens once the deadline of \"\($0.id)\" has passed: write on(missed: .\($0.id), in: …)"
        }
    }

    private var inputMistakes: [String] {
        rows.compactMap { $0.opening ?? $0.opensOn?.schema ?? $0.action }.flatMap { schema in
            schema.input.mistakes.map { "\"\($0.name)\" of \"\(schema.id)\" \($0.says)" }
                + schema.input.fields.map(\.name).filter { schema.refused[$0] != nil }.map {
                    "\"\($0)\" of \"\(schema.id)\" is a field, and is refused too: take it out of one of them"
                }
        }
    }

    private var grantMistakes: [String] {
        rows.filter(\.isGrant).flatMap(\.from).filter { !isOpen($0) }.map {
            "\"granted\" starts from \"\($0)\", which is closed, and a closed request is not in line: take it out of from:"
        }
    }
}
