import Foundation
import Testing

@testable import ConciergeEngine

@Suite("The sample directory that is installed")
struct SampleDirectoryTests {
    @Test("Its files can be imported without a remark: three residences, 60 dwellings, 110 residents")
    func imported() throws {
        let residences: DirectoryFile<Residence> = try file("residences", in: .init(calendars: ["gardiens"]))
        let dwellings: DirectoryFile<Dwelling> = try file("dwellings", in: .init(residences: residences.entries))
        let places = DirectoryContext(residences: residences.entries, dwellings: dwellings.entries)
        let residents: DirectoryFile<Resident> = try file("residents", in: places)
        #expect(residences.entries.count == 3)
        #expect(Set(residences.entries.map(\.region)) == ["FR-57", "FR-51"])
        #expect(dwellings.entries.count == 60)
        #expect(residents.entries.count == 110)
        #expect(residents.notices.isEmpty)
    }

    private func file<Noun: DirectoryNoun>(
        _ name: String, in context: DirectoryContext
    ) throws -> DirectoryFile<Noun> {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try Data(contentsOf: root.appending(path: "etc/concierge/sample/\(name).csv"))
        let file = DirectoryFile<Noun>([UInt8](data), in: context)
        #expect(file.mistakes.isEmpty)
        return file
    }
}
