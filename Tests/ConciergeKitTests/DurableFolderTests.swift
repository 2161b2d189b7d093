import Foundation
import Synchronization
import Testing

@testable import ConciergeKit

@Suite("A provider's folder")
struct DurableFolderTests {
    private let folder = DurableFolder(NSTemporaryDirectory() + "folder-\(UUID().uuidString)")

    private func end() { try? FileManager.default.removeItem(atPath: folder.path) }

    @Test("A file appears whole under its name, replaces one of the same name, and leaves no draft")
    func put() async throws {
        defer { end() }
        let long = [UInt8](repeating: 0x41, count: 300_000)
        try await folder.put("out/a.json", long)
        try await folder.put("out/a.json", "short")
        try await folder.put("out/2026/b.json", long)
        #expect(try await folder.list("out") == ["2026", "a.json"])
        #expect(try await folder.read("out/a.json") == Array("short".utf8))
        #expect(try await folder.read("out/2026/b.json") == long)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/.drafts").isEmpty)
    }

    @Test("What is not there is read as nothing, and removing it does nothing")
    func missing() async throws {
        defer { end() }
        #expect(try await folder.read("a.json") == nil)
        #expect(try await folder.list() == [])
        try await folder.remove("a.json")
        try await folder.put("a.json", "x")
        try await folder.remove("a.json")
        #expect(try await folder.list() == [])
    }

    @Test("A failed write is reported with the file, can be retried, and leaves no draft")
    func failure() async throws {
        defer { end() }
        try FileManager.default.createDirectory(atPath: folder.path + "/a.json", withIntermediateDirectories: true)
        let error = await #expect(throws: TaskFailure.self) { try await folder.put("a.json", "x") }
        guard case .retry(let reason, nil) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.hasPrefix("cannot write \(folder.path)/a.json: "))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/.drafts").isEmpty)
    }

    @Test(
        "A name that leaves the folder or is hidden is refused, and another attempt would not help",
        arguments: [
            "../a", "/etc/passwd", "a/../../b", ".a", "a//b", "", "a\nb", "a\u{85}b", "a\u{202E}b", "a\u{200B}b",
            "a/.drafts", "a/",
        ])
    func names(_ name: String) async throws {
        defer { end() }
        let error = await #expect(throws: TaskFailure.self) { try await folder.put(name, "x") }
        guard case .final = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }

    @Test("A full disk is reported, and the existing file stays unchanged")
    func full() async throws {
        defer { end() }
        try await folder.put("a.json", "first")
        // Whatever name the draft gets, it is a link to /dev/full, where every write fails with "No space left".
        let next = DurableFolder.draftCount.load(ordering: .relaxed) + 1
        for number in next...next + 500 {
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder.path)/.drafts/\(DurableFolder.life)-\(number)", withDestinationPath: "/dev/full")
        }
        let error = await #expect(throws: TaskFailure.self) { try await folder.put("a.json", "second") }
        guard case .retry(let reason, nil) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("No space left"))
        #expect(try await folder.read("a.json") == Array("first".utf8))
    }

    @Test("What a crash left of files that were being written is deleted, and what this process writes stays")
    func sweep() async throws {
        defer { end() }
        try await folder.put("a.json", "x")
        let (left, current) = ("\(folder.path)/.drafts/12-1", "\(folder.path)/.drafts/\(DurableFolder.life)-x")
        for draft in [left, current] { try Data("half".utf8).write(to: URL(fileURLWithPath: draft)) }
        folder.sweep()
        #expect(!FileManager.default.fileExists(atPath: left))
        #expect(FileManager.default.fileExists(atPath: current))
        #expect(try await folder.list() == ["a.json"])
    }

    @Test("A folder that is deleted meanwhile is created again, and names with spaces and accents are taken")
    func again() async throws {
        defer { end() }
        try await folder.put("Reçus 2026/été.csv", "1")
        try FileManager.default.removeItem(atPath: folder.path + "/Reçus 2026")
        try await folder.put("Reçus 2026/été.csv", "2")
        #expect(try await folder.read("Reçus 2026/été.csv") == Array("2".utf8))
    }
}
