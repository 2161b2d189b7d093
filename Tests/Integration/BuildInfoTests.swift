import ConciergeProtocol
import Foundation
import JSON
import Testing

@Suite("What a program says that it consists of")
struct BuildInfoTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func run(_ program: String, _ arguments: String..., toys: String? = nil) throws -> Folder.Ended {
        var environment = ["PATH": "/usr/bin:/bin"]
        environment["TOYS"] = toys
        return try folder.run(program, arguments, environment: environment)
    }

    private func providers(_ info: Folder.Ended) throws -> [String: JSONObject] {
        let listed = try #require(try JSON.parse(info.output).objectValue?["providers"]?.arrayValue)
        return Dictionary(
            uniqueKeysWithValues: try listed.map { provider in
                let provider = try #require(provider.objectValue)
                return (try #require(provider["id"]?.stringValue), provider)
            })
    }

    @Test("Without a configuration, the distribution lists each provider's version, module, services and tasks")
    func distribution() throws {
        let info = try run("concierged", "--build-info", "--json")
        #expect(info.status == 0, "\(info.errors)")
        let told = try #require(try JSON.parse(info.output).objectValue)
        #expect(told["name"] == "concierged")
        #expect(told["version"] == .string(Product.version))
        #expect(told["core"] == .string(Product.version))
        let parcel = try #require(try providers(info)["parcel"])
        #expect(parcel["module"] == "ParcelReception")
        #expect(parcel["version"]?.stringValue?.isEmpty == false)
        #expect(parcel["tasks"] == ["parcel.shelf", "parcel.shelf-audit", "parcel.announce"])
        let service = try #require(parcel["services"]?.arrayValue?.first?.objectValue)
        #expect(service["id"] == "parcel.reception")
        #expect(service["record_version"] == 1)
        let fingerprint = try #require(service["fingerprint"]?.stringValue)
        #expect(UInt64(fingerprint, radix: 16) != nil)
        for (id, provider) in try providers(info) { #expect(provider["reason"] == nil, "\(id)") }

        let text = try run("concierged", "--build-info").output
        #expect(text.hasPrefix("concierged \(Product.version)\ncore \(Product.version)\n"))
        #expect(text.contains("\n  service  parcel.reception, record version 1, fingerprint \(fingerprint)\n"))
        #expect(text.contains("\n  task     parcel.shelf-audit\n"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).contains("state") == false)
    }

    @Test("A fingerprint is the same at each call, and another one where states, timers or the record version differ")
    func fingerprints() throws {
        func loan(_ toys: String) throws -> JSONObject {
            let info = try run("versions-lodge", "--build-info", "--json", toys: toys)
            return try #require(try providers(info)["toy"]?["services"]?.arrayValue?.first?.objectValue)
        }
        let (first, again, second) = (try loan("v1"), try loan("v1"), try loan("v2"))
        #expect(first == again)
        #expect(first["record_version"] == 1)
        #expect(second["record_version"] == 2)
        #expect(first["fingerprint"] != second["fingerprint"])
        #expect(try loan("v1-without-state")["fingerprint"] != first["fingerprint"])
    }

    @Test("A provider whose settings are refused is listed with the reason, and the others with their services")
    func badSettings() throws {
        try folder.configure("providers:\n  parcel:\n    holding: never\n")
        let info = try run("concierged", "--build-info", "--json", "--config", folder.configuration)
        #expect(info.status == 0)
        let parcel = try #require(try providers(info)["parcel"])
        #expect(parcel["reason"]?.stringValue?.contains("parcel.holding") == true)
        #expect(parcel["services"] == nil)
        #expect(try providers(info)["repairs"]?["services"]?.arrayValue?.count == 2)
        let text = try run("concierged", "--build-info", "--config", folder.configuration).output
        #expect(text.contains("\n  its services and tasks are not known: "))
    }

    @Test("--json without --build-info is a usage error, and a configuration that is missing is a bad one")
    func misused() throws {
        #expect(try run("concierged", "--json").status == 64)
        let missing = try run("concierged", "--build-info", "--config", folder.path + "/none.yaml")
        #expect(missing.status == 78)
        #expect(missing.errors.contains("the file does not exist"))
    }

    @Test("A landlord's own program has its name and version in help, version, journal, status and GetInfo")
    func ownProgram() async throws {
        let own = "test-lodge 1.0.0 (concierged \(Product.version))"
        #expect(try run("test-lodge", "--version").output == own + "\n")
        #expect(try run("test-lodge", "--help").output.contains("USAGE: test-lodge "))
        #expect(try run("concierged", "--version").output == "concierged \(Product.version)\n")
        #expect(try run("test-lodge", "--config", "/none.yaml").errors.hasPrefix("test-lodge: "))

        let lodge = try TestLodge()
        let daemon = try lodge.start()
        #expect(await lodge.folder.hasLogged("\(own) serves on"))
        let status = try await lodge.call(daemon, "org.concierged.Manager.Status")
        #expect(status["name"] == "test-lodge")
        #expect(status["version"] == "1.0.0")
        #expect(status["core"] == .string(Product.version))
        let info = try await lodge.call(daemon, "org.varlink.service.GetInfo")
        #expect(info["product"] == "test-lodge")
        #expect(info["version"] == "1.0.0")
        let providers = try await lodge.call(daemon, "org.concierged.Manager.Providers")["providers"]?.arrayValue
        #expect(providers?.map { $0.objectValue?["version"] } == Array(repeating: "1.0.0", count: 5))
        let services = try await lodge.call(daemon, "org.concierged.Manager.Services", ["id": "calm.visit"])
        let visit = try #require(services["services"]?.arrayValue?.first?.objectValue)
        let built = try #require(
            try self.providers(try run("test-lodge", "--build-info", "--json"))["calm"]?["services"]?.arrayValue?.first?
                .objectValue)
        #expect(visit["fingerprint"] == built["fingerprint"])
        #expect(visit["record_version"] == built["record_version"])
        let shown = try lodge.folder.tool("status").output
        #expect(shown.hasPrefix("\(own), serving, since "))
        #expect(shown.contains("crasher 1.0.0, calm 1.0.0, fragile 1.0.0"))
        #expect(
            try lodge.folder.tool("status", language: "fr_FR.UTF-8").output.hasPrefix("\(own), en service, depuis "))
        #expect(try lodge.folder.tool("providers").output.contains("calm      1.0.0"))
    }
}
