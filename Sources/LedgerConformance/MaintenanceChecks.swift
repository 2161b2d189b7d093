import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Foundation
import JSON
import Testing

extension LedgerSuite {
    static let maintenance: [LedgerCheck.Kind] = [
        .init("Maintenance between commits does not change the kept content") { try await $0.changesNothing() },
        .init("A backup contains earlier commits and serves once restored; a ledger without backups throws") {
            try await $0.backup()
        },
        .init("A failed or stopped backup leaves no file") { try await $0.backupGivenUp() },
    ]

    private func changesNothing() async throws {
        try await withLedger { ledger in
            let all = (0..<200).map { request("r-\($0)", isOpen: $0 % 2 == 0) }
            try await ledger.open(all)
            _ = try await ledger.prune(Retention(), at: now + .days(800), limit: 1000)
            let before = (try await ledger.counts(), try await ledger.lastEntry())
            try await ledger.probe()
            while try await ledger.reclaimSpace() {}
            await ledger.releaseMemory()
            #expect(try await ledger.condition() == LedgerCondition())
            #expect(try await (ledger.counts(), ledger.lastEntry()) == before)
            #expect(try await ledger.requests(RawRequestQuery(service: "toy.loan")).elements == all.filter(\.isOpen))
            try await ledger.open([request("later")])
            #expect(try await ledger.request("later")?.request == request("later"))
        }
    }

    private func backup() async throws {
        try await withDirectory { directory in
            let folders = ["/old", "/new"].map { directory + $0 }
            for folder in folders {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            }
            let path = directory + "/copy"
            let ledger = try await make(folders[0])
            let dossier = try dossier()
            let lines = try await ledger.put { changes in
                changes.requests.opened["r-1"] = request("r-1", resident: "apt-3")
                changes.entries = [entry("r-1", "open")]
                changes.timers["r-1"] = ["expire": timer(now)]
                changes.dossiers["apt-3"] = dossier
            }
            guard let restore else {
                await #expect(throws: LedgerError.makesNoBackups) { try await ledger.backup(to: path) { _ in true } }
                #expect(!FileManager.default.fileExists(atPath: path))
                return await ledger.close()
            }
            let before = try await ledger.request("r-1")
            #expect(try await ledger.backup(to: path) { _ in true })
            try await ledger.open([request("later")])
            await ledger.close()
            let restored = try await restore(path, folders[1])
            #expect(try await restored.request("r-1") == before)
            #expect(try await restored.history(of: "r-1") == lines)
            #expect(try await restored.ask { try $0.dossier("apt-3") } == dossier)
            #expect(try await restored.request("later") == nil)
            try await restored.open([request("r-2")])
            #expect(try await restored.request("r-2") != nil)
            await restored.close()
        }
    }

    private func backupGivenUp() async throws {
        try await withDirectory { directory in
            let ledger = try await make(directory)
            try await ledger.open((0..<50).map { request("r-\($0)") })
            let files = { try FileManager.default.contentsOfDirectory(atPath: directory).sorted() }
            let before = try files()
            let path = directory + "/copy"
            guard restore != nil else {
                await #expect(throws: LedgerError.makesNoBackups) { try await ledger.backup(to: path) { _ in false } }
                #expect(try files() == before)
                return await ledger.close()
            }
            await #expect(throws: LedgerError.self) {
                try await ledger.backup(to: directory + "/missing/copy") { _ in true }
            }
            for stage in [BackupProgress.Stage.copying, .checking] {
                #expect(try await ledger.backup(to: path) { $0.stage != stage } == false)
                #expect(try files() == before)
            }
            await ledger.close()
        }
    }
}
