import Wording

/// Lines with a label and a value each. An entry without a value is left out.
struct Card: Sendable {
    private var rows: [(label: Text, value: String, colour: Colour?)] = []

    mutating func add(_ label: Text, _ value: String?, colour: Colour? = nil) {
        let value = (value ?? "").inOneLine
        if !value.isEmpty { rows.append((label, value, colour)) }
    }

    /// Lines such as `  Label   value`, with the values aligned.
    func lines(_ console: Console) -> [String] {
        let width = rows.map { $0.label[console.language].columns }.max() ?? 0
        return rows.map { row in
            "  " + row.label[console.language].padded(to: width) + "  " + console.paint(row.value, row.colour)
        }
    }
}
