import Foundation
import Testing
import Toolchain

@Suite("The code in the articles", .enabled(if: Toolchain.isThere))
struct ArticlesTests {
    private static let catalogues = [
        "Sources/ConciergeKit/ConciergeKit.docc/", "Sources/ConciergeTesting/ConciergeTesting.docc/",
    ]

    /// All articles that have code in them.
    private static let articles: [String] = {
        let repository = try? Repository()
        return (repository?.files ?? []).filter { path in
            path.hasSuffix(".md") && catalogues.contains { path.hasPrefix($0) }
                && ((try? repository?.text(path)) ?? "").contains("\n```swift\n")
        }
    }()

    @Test("Every Swift block of an article compiles, without a warning", arguments: articles)
    func compiles(path: String) async throws {
        let repository = try Repository()
        let isAboutTests = path.contains("ConciergeTesting")
        let article = CompiledArticle(
            try repository.text(path) ?? "", path: path,
            imports: ["ConciergeKit"] + (isAboutTests ? ["ConciergeTesting", "Testing"] : []))
        let folder = FileManager.default.temporaryDirectory.appending(path: "article-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "Article.swift")
        try Data(article.text.utf8).write(to: file)
        let outcome = try await Toolchain.check(
            [file.path, repository.root.appending(path: "Tests/DocumentsTests/KeysForArticles.swift").path],
            asModule: "Keys")
        #expect(outcome.status == 0)
        for line in outcome.lines where line.contains(#/: (error|warning): /#) {
            Issue.record("\(line)")
        }
        #expect(article.blocks > 0)
    }

    @Test("A block that does not compile is reported with its line in the article")
    func reported() async throws {
        let article = CompiledArticle(
            "# An article\n\n<!-- swift\nfunc rule() {\n…\n}\n-->\n```swift\nlet a: Int = \"no\"\n```\n", path: "A.md",
            imports: [])
        let file = FileManager.default.temporaryDirectory.appending(path: "wrong-\(UUID().uuidString).swift")
        try Data(article.text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let outcome = try await Toolchain.check([file.path], asModule: "Wrong")
        #expect(outcome.status != 0)
        #expect(outcome.lines.contains { $0.contains("A.md:9:") })
    }
}
