/// The Swift blocks of an article as one file that can be compiled.
///
/// A comment `<!-- swift … -->` before a block has what a reader need not see. If one of its lines is `…`, the block
/// stands in its place; otherwise it comes before the block.
struct CompiledArticle {
    let text: String
    /// How many blocks it has.
    let blocks: Int

    init(_ markdown: String, path: String, imports: [String]) {
        var source = imports.filter { !markdown.contains("import \($0)\n") }.map { "import \($0)" }
        var hidden: [String] = []
        var block: [String]?
        var count = 0
        var isHidden = false
        for (index, line) in markdown.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if isHidden {
                if line == "-->" { isHidden = false } else { hidden.append(String(line)) }
            } else if line == "<!-- swift" {
                isHidden = true
            } else if line == "```swift" {
                block = ["#sourceLocation(file: \"\(path)\", line: \(index + 2))"]
            } else if line == "```", let lines = block {
                let lines = lines + ["#sourceLocation()"]
                if let place = hidden.firstIndex(where: { $0.allSatisfy { $0 == " " || $0 == "…" } && !$0.isEmpty }) {
                    hidden.replaceSubrange(place...place, with: lines)
                } else {
                    hidden += lines
                }
                source += hidden
                (hidden, block) = ([], nil)
                count += 1
            } else {
                block?.append(String(line))
            }
        }
        text = (source + hidden).joined(separator: "\n") + "\n"
        blocks = count
    }
}
