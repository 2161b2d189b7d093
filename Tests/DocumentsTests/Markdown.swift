import Foundation

/// A Markdown document, parsed into prose and fenced blocks.
struct Markdown {
    /// A fenced block.
    struct Block {
        /// The word after the opening fence; empty if there is none.
        let language: String
        let lines: [String]
        /// The line of the opening fence, from 1.
        let line: Int
    }

    /// All lines outside fenced blocks, with their line numbers, from 1.
    private(set) var prose: [(line: Int, text: String)] = []
    private(set) var blocks: [Block] = []

    init(_ text: String) {
        var open: (fence: Int, language: String, line: Int, lines: [String])?
        for (index, line) in text.components(separatedBy: "\n").enumerated() {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            let fence = trimmed.prefix { $0 == "`" }.count
            if var block = open {
                // Only a fence as long as the opening one ends a block.
                if fence >= block.fence, fence == trimmed.count {
                    blocks.append(Block(language: block.language, lines: block.lines, line: block.line))
                    open = nil
                } else {
                    block.lines.append(line)
                    open = block
                }
            } else if fence >= 3 {
                open = (fence, String(trimmed.dropFirst(fence)).trimmingCharacters(in: .whitespaces), index + 1, [])
            } else {
                prose.append((index + 1, line))
            }
        }
    }

    /// The targets of all links except those to other sites, and those within a catalogue, which docc checks.
    var relativeLinks: [(line: Int, target: String)] {
        prose.flatMap { line, text in
            withoutCode(text).matches(of: #/\]\(([^)\s]+)\)/#).map { (line, String($0.1)) }
        }
        .filter { !$0.1.contains("://") && !$0.1.hasPrefix("mailto:") && !$0.1.hasPrefix("doc:") }
    }

    /// The anchors that a link with `#` can name, derived from the headings as GitHub does.
    var anchors: Set<String> {
        let headings = prose.map(\.text).filter { $0.hasPrefix("#") }
            .map { $0.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased() }
        return Set(
            headings.map { heading in
                String(
                    heading.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
                        .map { $0 == " " ? "-" : $0 })
            })
    }

    /// The commands that a reader may type: the lines of shell blocks and the code spans of the prose.
    var commands: [(line: Int, text: String)] {
        let typed = blocks.filter { ["sh", "console", "bash", "shell"].contains($0.language) }
            .flatMap { block in block.lines.enumerated().map { (block.line + 1 + $0.offset, $0.element) } }
        let spans = prose.flatMap { line, text in
            text.matches(of: #/`([^`]+)`/#).map { (line, String($0.1)) }
        }
        return typed + spans
    }

    private func withoutCode(_ text: String) -> String {
        text.replacing(#/`[^`]*`/#, with: "")
    }
}
