extension ServiceTable {
    /// The table as a Mermaid state diagram.
    package var diagram: String {
        var lines = ["stateDiagram-v2"]
        for state in states where Self.node(state.id) != state.id {
            lines.append("state \"\(state.id)\" as \(Self.node(state.id))")
        }
        for row in rows {
            let sources = !row.begins ? row.from.map(Self.node) : ["[*]"]
            for source in sources {
                for target in row.to {
                    // A colon would end the label.
                    let label = row.event.description.replacing(":", with: " ")
                    lines.append("\(source) --> \(Self.node(target)) : \(label)")
                }
            }
        }
        for state in states where !state.isOpen {
            lines.append("\(Self.node(state.id)) --> [*]")
        }
        return lines.joined(separator: "\n    ") + "\n"
    }

    /// Mermaid reads a hyphen in a state's name as part of an arrow.
    private static func node(_ state: String) -> String {
        state.replacing("-", with: "_")
    }
}
