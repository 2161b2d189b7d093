import Foundation
import Testing
import Toolchain

@Suite("The documentation catalogues", .enabled(if: Toolchain.isThere))
struct CatalogueTests {
    private let repository: Repository

    init() throws { repository = try Repository() }

    @Test(
        "Every public type and function is in a topic group of its module's landing page",
        arguments: [("ConciergeKit", ["Civil", "Wording"]), ("ConciergeTesting", [])])
    func topics(module: String, exported: [String]) async throws {
        let page = "Sources/\(module)/\(module).docc/\(module).md"
        let text = try #require(try repository.text(page))
        let graph = try await Toolchain.symbolGraphs(of: module, exporting: exported).map { try SymbolGraph($0) }
        let names = graph.flatMap(\.outermost).map(\.name)
        #expect(names.count > 5)
        for name in names {
            let isListed = text.contains("\n- ``\(name)``\n")
            #expect(isListed, "\(page): put ``\(name)`` into a topic group")
        }
    }

    @Test("docs/providers.md lists every article by its title")
    func overview() throws {
        let overview = try #require(try repository.text("docs/providers.md"))
        let articles = repository.files.filter { $0.contains(".docc/Articles/") }
        #expect(articles.count > 15)
        for article in articles {
            let title = try #require(try repository.text(article)?.split(separator: "\n").first).dropFirst(2)
            let isListed = overview.contains("[\(title)](../\(article))")
            #expect(isListed, "docs/providers.md: add [\(title)](../\(article))")
        }
    }

    @Test(
        "A type with a page of its own has all of its members in that page's topic groups",
        arguments: [("ConciergeKit", ["Civil", "Wording"]), ("ConciergeTesting", [])])
    func members(module: String, exported: [String]) async throws {
        let folder = "Sources/\(module)/\(module).docc/Types/"
        let pages = repository.files.filter { $0.hasPrefix(folder) }
        #expect(!pages.isEmpty)
        let symbols = try await Toolchain.symbolGraphs(of: module, exporting: exported).flatMap {
            try SymbolGraph($0).described
        }
        for page in pages {
            let type = String(page.dropFirst(folder.count).dropLast(".md".count))
            let text = try repository.text(page) ?? ""
            for symbol in symbols where symbol.parent == type {
                let name = symbol.pathComponents[1]
                let isListed = text.contains("\n- ``\(name)``\n")
                #expect(isListed, "\(page): put ``\(name)`` into a topic group")
            }
        }
    }
}
