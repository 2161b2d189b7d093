import Wording

/// Lines with a label and a value each. An entry without a value is left out, and a long value continues below itself.
struct Card: Sendable {
    private var rows: [(label: Text, value: String, colour: Colour?)] = []

    mutating func add(_ label: Text, _ value: String?, colour: Colour? = nil) {
        let value = (value ?? "").inOneLine
        if !value.isEmpty { rows.append((label, value, colour)) }
    }

    /// Adds several values under one label.
    mutating func add(_ label: Text, each values: [String]) {
        for (index, value) in values.enumerated() { add(index == 0 ? label : Text(verbatim: ""), value) }
    }

    /// Lines such as `  Label   value`, with the values aligned.
    func lines(_ console: Console) -> [String] {
        let width = rows.map { $0.label[console.language].columns }.max() ?? 0
        return rows.flatMap { row in
            row.value.wrapped(to: console.width.map { $0 - width - 4 }).enumerated().map { index, part in
                let label = index == 0 ? row.label[console.language] : ""
                return "  " + label.padded(to: width) + "  " + console.paint(part, row.colour)
            }
        }
    }
}
