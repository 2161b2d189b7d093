import Foundation
import Testing

@testable import Civil

@Suite("The data of a time zone") struct ZoneTests {
    /// The offsets that `date` computes for these moments, in seconds ahead of UTC.
    private func offsets(_ moments: [Int64], _ zone: String) throws -> [Int64] {
        let input = FileManager.default.temporaryDirectory.appending(path: "moments-\(UUID().uuidString)")
        try Data(moments.map { "@\($0)\n" }.joined().utf8).write(to: input)
        defer { try? FileManager.default.removeItem(at: input) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["date", "-f", input.path(), "+%::z"]
        process.environment = ["PATH": "/usr/bin:/bin", "TZ": zone, "LC_ALL": "C"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").map { line in
            let parts = line.dropFirst().split(separator: ":").compactMap { Int64($0) }
            return (line.hasPrefix("-") ? -1 : 1) * (parts[0] * 3600 + parts[1] * 60 + parts[2])
        }
    }

    /// Moments from 1970 to 2199, the same ones in each run.
    private var moments: [Int64] {
        var generator = Generator(seed: 12)
        return (0..<300).map { _ in Int64(generator.number(0...7_258_000_000)) }
    }

    @Test("A zone's offset is the same as the C library's, from 1970 to 2199, for all kinds of zones")
    func offset() throws {
        let table = try String(contentsOfFile: "/usr/share/zoneinfo/zone1970.tab", encoding: .utf8)
        let names = table.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: "\t")[2] }
        let all = names.enumerated().filter { $0.offset % 8 == 0 }.map { String($0.element) }
        let special = [
            "Europe/Paris", "Europe/Dublin", "Africa/Casablanca", "America/Nuuk", "Australia/Lord_Howe",
            "Pacific/Apia", "Asia/Gaza", "America/Caracas", "Etc/GMT-14", "EST5EDT", "Antarctica/Troll",
        ]
        for name in special + all {
            let zone = try #require(Zone(name), "\(name)")
            #expect(
                moments.map { Int64(zone.offset(at: Instant(milliseconds: $0 * 1000))) }
                    == (try offsets(moments, name)), "\(name)")
        }
    }

    @Test(
        "The variable TZ may hold a rule",
        arguments: [
            "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT4,M3.2.0/02:00:00,M11.1.0", "AAA-10:30BBB-11,J60/2,J300",
            "XXX3YYY,0/0,J365/25", "IST-1GMT0,M10.5.0,M3.5.0/1", "<+0330>-3:30<+0430>,80/0,264/0", "UTC0", "ABC+5",
            "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
        ])
    func rule(_ rule: String) throws {
        let zone = Zone.local(rule)
        #expect(zone.description == rule)
        #expect(
            moments.map { Int64(zone.offset(at: Instant(milliseconds: $0 * 1000))) } == (try offsets(moments, rule)))
    }

    @Test("The variable TZ may hold a name or a path, and any other value means UTC")
    func variable() throws {
        let paris = try #require(Zone("Europe/Paris"))
        #expect(Zone.local("Europe/Paris") == paris)
        #expect(Zone.local(":Europe/Paris") == paris)
        #expect(Zone.local("/usr/share/zoneinfo/Europe/Paris").periods == paris.periods)
        for other in ["", "UTC", "Nowhere/Atall", "/nowhere", "/usr", "X", "CET-1CEST,M13.1.1,M1.1.1"] {
            #expect(Zone.local(other).periods == Zone.utc.periods, "\(other)")
        }
    }

    @Test("A name cannot lead to a file outside the zoneinfo folder, nor to one that is not a zone file")
    func names() {
        for name in [
            "", ".", "..", "../zoneinfo/UTC", "/etc/localtime", "Europe", "Europe/", "zone.tab", "europe/paris",
            "Europe//Paris", "Mars/Olympus", "é", "right/UTC", "tzdata.zi", String(repeating: "a", count: 300),
        ] {
            #expect(Zone(name) == nil, "\(name)")
        }
    }

    @Test("A truncated or inconsistent file is refused")
    func damaged() throws {
        let bytes = try #require(ZoneFile.bytes(at: "/usr/share/zoneinfo/Australia/Lord_Howe"))
        #expect(ZoneFile.periods(bytes) != nil)
        let footer = bytes.reversed().dropFirst().prefix { $0 != UInt8(ascii: "\n") }.count + 2
        for length in 0..<(bytes.count - footer) { #expect(ZoneFile.periods(Array(bytes.prefix(length))) == nil) }
        var generator = Generator(seed: 3)
        for _ in 0..<2_000 {
            var damaged = bytes
            damaged[generator.number(0...bytes.count - 1)] = UInt8(generator.number(0...255))
            // The only requirement is that it returns.
            _ = ZoneFile.periods(damaged)
        }
    }
}
