import Civil
import Testing

@testable import ConciergeDaemon

@Suite("The lodge's time zone")
struct LodgeZoneTests {
    private func read(_ text: String, usualZone: Zone?) throws -> Zone {
        let tree = ConfigurationTree(
            root: try ConfigurationParser.parse(text, file: "c.yaml"), mainFile: "c.yaml", files: [])
        return try DaemonConfiguration(tree, providers: [], usualZone: usualZone).lodge.timeZone
    }

    @Test("A lodge that names no zone is refused on a machine without time zones, and not served in UTC")
    func noZones() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try read("lodge:\n  language: fr\n", usualZone: nil)
        }
        #expect(error?.key == "lodge.time_zone")
        #expect(error?.reason.contains("install the package tzdata") == true)
        #expect(try read("lodge:\n  time_zone: UTC\n", usualZone: nil) == .utc)
        let paris = try #require(Zone("Europe/Paris"))
        #expect(try read("lodge:\n  language: fr\n", usualZone: paris) == paris)
    }
}
