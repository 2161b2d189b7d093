import ConciergeKit
import ConciergeProtocol
import Foundation
import Testing

@testable import ConciergeDaemon

@Suite("The catalog of the journal's messages")
struct CatalogTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("It explains each kind of line once, in a form that journalctl reads", arguments: Language.allCases)
    func entries(_ language: Language) {
        let lines = Catalog.text(in: language).split(separator: "\n", omittingEmptySubsequences: false)
        let ids = lines.filter { $0.hasPrefix("-- ") }.map { $0.dropFirst(3) }
        #expect(ids.sorted() == Journal.Kind.allCases.map { Substring($0.rawValue) }.sorted())
        #expect(lines.count { $0.hasPrefix("Subject: ") && $0.count > 15 } == ids.count)
        #expect(!lines.contains { $0.unicodeScalars.contains("\u{A0}") })
    }

    @Test("The operations document has each kind of line in its table")
    func document() throws {
        let document = try String(contentsOf: Self.root.appending(path: "docs/operations.md"), encoding: .utf8)
        for kind in Journal.Kind.allCases {
            #expect(document.contains("\n| `\(kind.rawValue.suffix(2))` |"), "\(kind)")
        }
    }

    @Test("The Debian packages have the version of the product")
    func version() throws {
        let changelog = try String(contentsOf: Self.root.appending(path: "debian/changelog"), encoding: .utf8)
        #expect(changelog.hasPrefix("concierge (\(Product.version)) "))
    }
}
