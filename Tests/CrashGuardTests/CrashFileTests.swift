import ConciergeEngine
import ConciergeKit
import Dispatch
import Foundation
import Testing

@testable import CrashGuard

@Suite("The crash file")
struct CrashFileTests {
    private let rule = CodeLocation(
        .rule, provider: "toy", owner: "toy.loan", subject: "88JND-KZZ01", event: "timer:été")
    private let handler = CodeLocation(
        .handler, provider: "toy", owner: "toy.clean", subject: "FJS65-0C28B", event: "attempt 1")

    private func withDirectory(_ body: (String) throws -> Void) throws {
        let directory = NSTemporaryDirectory() + "crash-file-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(directory)
    }

    /// A file of a life that did not stop in order.
    private func begun(in directory: String) -> CrashFile {
        let file = CrashFile.open(in: directory).file
        file.begin(life: 7, boot: 1000)
        return file
    }

    @Test("The next life reads the marks that were set, and not those that were cleared")
    func marks() throws {
        try withDirectory { directory in
            #expect(CrashFile.open(in: directory).report == nil)
            let file = begun(in: directory)
            file.engine.enter(rule, now: 5)
            let run = try #require(file.take())
            run.enter(handler, now: 6)
            let report = try #require(CrashFile.open(in: directory).report)
            #expect(report.isRunning)
            #expect(report.life == 7)
            #expect(report.boot == 1000)
            #expect(report.death == nil)
            #expect(
                report.marks == [
                    .init(slot: CrashReport.engine, location: rule, since: 5),
                    .init(slot: run.index, location: handler, since: 6),
                ])
            file.engine.leave()
            file.giveBack(run)
            #expect(CrashFile.open(in: directory).report?.marks == [])
            file.close()
            #expect(CrashFile.open(in: directory).report?.isRunning == false)
        }
    }

    @Test("A new life begins with no marks")
    func begins() throws {
        try withDirectory { directory in
            let file = begun(in: directory)
            file.engine.enter(rule, now: 5)
            let opened = CrashFile.open(in: directory)
            #expect(opened.report?.marks.count == 1)
            opened.file.begin(life: 8, boot: 1000)
            #expect(CrashFile.open(in: directory).report?.marks == [])
            #expect(CrashFile.open(in: directory).report?.life == 8)
        }
    }

    @Test("If all slots are taken, further work is counted as unmarked, and a released slot can be taken again")
    func full() throws {
        let file = CrashFile.inMemory()
        file.begin(life: 1, boot: 0)
        let slots = (0..<CrashFile.runSlots).compactMap { _ in file.take() }
        #expect(Set(slots.map(\.index)) == Set(1...CrashFile.runSlots))
        #expect(file.take() == nil)
        #expect(file.take() == nil)
        #expect(file.report?.unmarked == 2)
        file.giveBack(nil)
        #expect(file.report?.unmarked == 1)
        file.giveBack(slots[3])
        #expect(file.take()?.index == slots[3].index)
    }

    @Test("A text that is longer than its field is cut, and the slot can still be read")
    func longTexts() throws {
        let file = CrashFile.inMemory()
        file.begin(life: 1, boot: 0)
        let long = String(repeating: "é", count: 200)
        file.engine.enter(CodeLocation(.opening, provider: "toy", owner: long, event: "open"), now: 0)
        #expect(file.engine.location?.owner == String(repeating: "é", count: 60))
        file.engine.enter(CodeLocation(.opening, provider: "toy", owner: "a" + long, event: "open"), now: 0)
        #expect(file.engine.location?.owner.hasPrefix("a" + String(repeating: "é", count: 59)) == true)
        #expect(file.engine.location?.subject == nil)
    }

    @Test(
        "A file that is not a crash file of this version is renamed, and a new one is used",
        arguments: [
            [UInt8]("something else".utf8), [UInt8](repeating: 0xFF, count: CrashFile.size),
            [UInt8](repeating: 0, count: CrashFile.size + 1),
        ])
    func foreign(bytes: [UInt8]) throws {
        try withDirectory { directory in
            let path = directory + "/" + CrashFile.name
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let opened = CrashFile.open(in: directory)
            #expect(opened.report == nil)
            #expect(opened.warnings.count == 1)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path + ".damaged")) == Data(bytes))
            opened.file.begin(life: 1, boot: 0)
            opened.file.engine.enter(rule, now: 0)
            #expect(CrashFile.open(in: directory).report?.marks.count == 1)
        }
    }

    @Test("A symbolic link, or a folder in which no file can be created, causes a warning and not a failed start")
    func noFile() throws {
        try withDirectory { directory in
            let path = directory + "/" + CrashFile.name
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: directory + "/elsewhere")
            #expect(CrashFile.open(in: directory).warnings.count == 1)
            #expect(!FileManager.default.fileExists(atPath: directory + "/elsewhere"))
            let nowhere = CrashFile.open(in: directory + "/nowhere")
            #expect(nowhere.warnings.count == 1)
            nowhere.file.begin(life: 1, boot: 0)
            nowhere.file.engine.enter(rule, now: 0)
            #expect(nowhere.file.engine.location == rule)
        }
    }

    @Test("Reading a damaged file always ends")
    func damaged() throws {
        try withDirectory { directory in
            let good = begun(in: directory)
            good.engine.enter(rule, now: 0)
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: directory + "/" + CrashFile.name)))
            var generator = SplitMix64(seed: 1)
            var told = 0
            for _ in 0..<2000 {
                var damaged = bytes
                for _ in 0..<4 { damaged[Int.random(in: 0..<1100, using: &generator)] = .random(in: 0...255) }
                damaged.withUnsafeBytes { bytes in
                    guard let report = try? CrashReport(bytes) else { return }
                    told += CrashAnalysis(report, now: Instant(milliseconds: 1000), boot: 1000).crashes.count
                }
            }
            #expect(told <= 8000)
        }
    }

    @Test("A mark costs microseconds at most, also in a build that is not optimised")
    func cost() {
        let file = CrashFile.inMemory()
        file.begin(life: 1, boot: 0)
        let observer = CrashFileObserver(file, clock: { DispatchTime.now().uptimeNanoseconds }) { _, _ in }
        let count = 200_000
        let took = ContinuousClock().measure {
            for _ in 0..<count {
                observer.enter(rule)
                observer.leave()
            }
        }
        // Unoptimised builds take several times as long as the shipped build.
        #expect(took / count < .microseconds(20))
    }
}
