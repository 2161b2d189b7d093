import Testing
import Wording

@testable import ConciergeDaemon

struct ConfigurationKeysTests {
    private let text = "ledger:\n  path: /tmp\nproviders:\n  repairs:\n  parcl:\n    holding: 3\n"

    @Test("An unknown key is refused with the nearest known key")
    func unknown() throws {
        let files = try ConfigurationFiles(text)
        #expect(
            try files.refusal {
                try $0.refuseUnknownKeys(
                    at: ["providers"], known: ["parcel", "repairs"],
                    unknown: Text(fr: "ce module n'existe pas", en: "unknown provider"))
            }
                == "concierged.yaml:5: providers.parcl: unknown provider; did you mean \"parcel\"?")
        #expect(
            try files.refusal { try $0.refuseUnknownKeys(known: ["control", "providers"]) }
                == "concierged.yaml:1: ledger: unknown key")
        #expect(try files.refusal { try $0.refuseUnknownKeys(known: ["ledger", "providers"]) } == "accepted")
        #expect(try files.refusal { try $0.refuseUnknownKeys(at: ["absent", "deeper"], known: []) } == "accepted")
    }

    @Test("An error found later has the place of its key, or of the section without that key")
    func laterError() throws {
        let files = try ConfigurationFiles(text)
        func later(_ path: [String]) throws -> String {
            try files.refusal { throw $0.error(at: path, reason: "is full") }
        }
        #expect(try later(["providers", "parcl", "holding"]) == "concierged.yaml:6: providers.parcl.holding: is full")
        #expect(try later(["providers", "parcl", "shelf"]) == "concierged.yaml:5: providers.parcl.shelf: is full")
        #expect(try later(["control"]) == "concierged.yaml: control: is full")
    }
}
