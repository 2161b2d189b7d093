import ConciergeKit
import Foundation
import Testing

@testable import ParcelReception

@Suite("The README of the provider")
struct ReadmeTests {
    @Test("It names every action, timer and notice of the reception, and every task")
    func names() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../README.md")
        let readme = try String(contentsOf: file, encoding: .utf8)
        var names = Reception.notices.map { $0.name } + [ParcelReception.shelf.id, ParcelReception.shelfAudit.id]
        names.append(ParcelReception.announce.id)
        for line in Reception(settings: ParcelSettings(), zone: .utc).lifecycle {
            switch line.trigger {
            case .action(let action): names.append(action.id)
            case .timer(let timer): names.append(timer)
            default: break
            }
        }
        for name in names { #expect(readme.contains("`\(name)`"), "\(name)") }
    }
}
