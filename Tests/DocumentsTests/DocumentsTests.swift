import Foundation
import Testing

@testable import ConciergeTesting

@Suite("The documents and the lists of the repository")
struct DocumentsTests {
    private let repository: Repository

    init() throws {
        repository = try Repository()
    }

    @Test("Every relative link of a document leads to an existing file, and to an existing heading if it names one")
    func links() throws {
        let documents = try repository.documents()
        #expect(documents.contains { $0.path == "README.md" })
        for (path, markdown) in documents {
            let folder = path.split(separator: "/").dropLast().map(String.init)
            for (line, target) in markdown.relativeLinks {
                let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                let file = parts[0].isEmpty ? path : resolve(String(parts[0]), from: folder)
                #expect(repository.exists(file), "\(path):\(line): the link \(target) leads to no file")
                guard parts.count == 2, file.hasSuffix(".md"), repository.exists(file) else { continue }
                let anchors = try Markdown(repository.text(file) ?? "").anchors
                #expect(
                    anchors.contains(String(parts[1])), "\(path):\(line): \(file) has no heading #\(parts[1])")
            }
        }
    }

    @Test("Every diagram begins with a diagram type that Mermaid knows")
    func diagrams() throws {
        let kinds = [
            "flowchart", "graph", "sequenceDiagram", "stateDiagram", "stateDiagram-v2", "classDiagram", "erDiagram",
            "gantt", "timeline", "mindmap", "journey", "pie",
        ]
        for (path, markdown) in try repository.documents() {
            for block in markdown.blocks where block.language == "mermaid" {
                let lines = block.lines.filter { $0.contains { !$0.isWhitespace } }
                let kind = lines.first?.split(separator: " ").first.map(String.init) ?? ""
                #expect(kinds.contains(kind), "\(path):\(block.line): a diagram cannot begin with \"\(kind)\"")
                #expect(lines.count > 1, "\(path):\(block.line): the diagram is empty")
            }
        }
    }

    @Test("Every make target that a document names is in the Makefile")
    func makeTargets() throws {
        let makefile = try #require(try repository.text("Makefile"))
        let targets = Set(makefile.matches(of: #/(?m)^([a-z][a-z_-]*)\s*:(?!=)/#).map { String($0.1) })
        #expect(targets.contains("demo"))
        for (path, markdown) in try repository.documents() {
            for (line, text) in markdown.commands {
                for match in text.matches(of: #/(?:^|sudo |[$;&|] ?|=\S* )make ([a-z][a-z_-]*)/#) {
                    #expect(
                        targets.contains(String(match.1)),
                        "\(path):\(line): the Makefile has no target \"\(match.1)\"")
                }
            }
        }
    }

    @Test("The folders under plugins/, the array in Package.swift and the list in Providers.swift have the same names")
    func providerLists() throws {
        let folders = repository.providerFolders
        let package = try #require(try repository.text("Package.swift"))
        let array = try #require(package.firstMatch(of: #/(?m)^let providers = \[([^\]]*)\]/#)).1
        let inPackage = array.matches(of: #/"([^"]+)"/#).map { String($0.1) }
        let main = try #require(try repository.text("Sources/concierged/Providers.swift"))
        let list = main.split(separator: "= [", maxSplits: 1).last ?? ""
        let inMain = list.matches(of: #/(\w+)\.self/#).map { String($0.1) }
        let imported = main.matches(of: #/(?m)^import (\w+)$/#).map { String($0.1) }
        #expect(folders.count >= 3)
        for folder in folders {
            let names = (inPackage + [folder]).map { "\"\($0)\"" }.joined(separator: ", ")
            #expect(
                inPackage.contains(folder), "plugins/\(folder): write in Package.swift: let providers = [\(names)]")
            #expect(
                imported.contains(folder),
                "plugins/\(folder): add to Sources/concierged/Providers.swift the line: import \(folder)")
            #expect(
                inMain.contains(folder),
                "plugins/\(folder): add to the list in Sources/concierged/Providers.swift the line: \(folder).self,")
        }
        for template in ["Package.swift", "main.swift"] {
            let path = "Sources/conciergectl/Templates/\(template).template"
            let text = try #require(try repository.text(path))
            for folder in folders { #expect(text.contains(folder), "plugins/\(folder): add it to \(path)") }
        }
        for name in inPackage {
            #expect(
                folders.contains(name),
                "there is no plugins/\(name): take \"\(name)\" out of the array in Package.swift")
        }
        for name in inMain {
            #expect(
                folders.contains(name),
                "there is no plugins/\(name): take out of Sources/concierged/Providers.swift the line: \(name).self,")
        }
    }

    @Test("Every provider has sources, tests and a README")
    func providerFolders() throws {
        for provider in repository.providerFolders {
            let folder = "plugins/\(provider)"
            for part in ["Sources", "Tests"] {
                let sources = repository.files.filter { $0.hasPrefix("\(folder)/\(part)/") && $0.hasSuffix(".swift") }
                #expect(!sources.isEmpty, "\(folder)/\(part) has no Swift file")
            }
            #expect(repository.exists("\(folder)/README.md"), "\(folder)/README.md is missing")
        }
    }

    @Test("No file names a development machine, a workplace or unfinished work")
    func foreignWords() throws {
        // The words are in pieces, so that this file passes the test.
        let plurals = ["iss" + "ue", "sess" + "ion", "ag" + "ent"]
        let marks = ["TO" + "DO", "FIX" + "ME"]
        let words = try Regex("(?i)\\b(?:\(plurals.joined(separator: "|")))s?\\b").wordBoundaryKind(.simple)
        let left = try Regex("\\b(?:\(marks.joined(separator: "|")))\\b").wordBoundaryKind(.simple)
        let paths = try Regex("(?:^|[^\\w./-])/(?:wo" + "rk|ro" + "ot)(?:[^\\w-]|$)").anchorsMatchLineEndings()
        // The text of the licence is not ours.
        for path in repository.files where path != "LICENSE" {
            guard let text = try repository.text(path) else { continue }
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                // Swift Testing's function for recording a failure is allowed.
                let line = line.replacing("Iss" + "ue.record", with: "")
                for expression in [words, left, paths] {
                    if let match = line.firstMatch(of: expression) {
                        Issue.record("\(path):\(number + 1): \"\(line[match.range])\" has no place here")
                    }
                }
            }
        }
    }

    @Test("The table of grades in docs/providers.md is what the check of conduct demands")
    func grades() throws {
        let text = try #require(try repository.text("docs/providers.md"))
        let rows = GradeDemand.allCases.map { "| \($0.grade) | \($0.words) |" }
        #expect(text.contains("| grade | demands |\n| --- | --- |\n" + rows.joined(separator: "\n") + "\n"))
    }

    private func resolve(_ target: String, from folder: [String]) -> String {
        var parts = folder
        for part in target.split(separator: "/") {
            switch part {
            case ".": break
            case "..": _ = parts.popLast()
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}
