import ConciergeKit
import ConciergeTesting
import Foundation
import Testing

@testable import Repairs

@Suite("The page of a work order")
struct WorkOrderPageTests {
    private func page(_ configuration: String = "{}", description: String) async throws -> String {
        let lodge = try await lodge(configuration)
        let report: [String: Scalar] = [
            "category": "plumbing", "location": "Cuisine", "description": .string(description), "access": "Après 17 h",
        ]
        let id = try await lodge.open("repairs.repair", resident: "apt-12", report).id
        try await lodge.act(id, "triage", ["urgency": "U2"])
        try await lodge.act(id, "assign", ["contractor": "durand", "start": "2026-11-23T10:00:00Z"])
        return try String(contentsOfFile: "\(lodge.outbox)/\(id)-1.html", encoding: .utf8)
    }

    @Test("The page says what, where, when and how to get in, without the resident, scripts, or anything that it loads")
    func content() async throws {
        let page = try await page(description: "Le robinet goutte")
        for words in [
            "Bon de travaux n°", "lundi 23 novembre, 11\u{A0}h\u{A0}– 13\u{A0}h", "Après 17 h", "U2\u{A0}: gêne grave",
            "Le robinet goutte", "size: A4",
        ] {
            #expect(page.contains(words), "\(words)")
        }
        for words in ["apt-12", "<script", "http", "<link", "<img"] { #expect(!page.contains(words), "\(words)") }
    }

    @Test("What people typed cannot become markup, and the page is in the language of the settings")
    func escaped() async throws {
        let page = try await page(#"{"order_language": "en"}"#, description: "<script>alert(\"a & b\")</script>")
        #expect(page.contains("&lt;script&gt;alert(&quot;a &amp; b&quot;)&lt;/script&gt;"))
        #expect(!page.contains("<script"))
        #expect(page.contains("<html lang=\"en\">") && page.contains("Work order no."))
    }
}
