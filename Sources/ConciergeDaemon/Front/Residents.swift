import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import Foundation
import Logging
import Synchronization
import Tables

/// The use cases that read the directory of residents.
struct ReadingResidents: Sendable {
    let ledger: any Ledger

    func search(_ call: ResidentMethods.Search) async throws -> ResidentMethods.Search.Reply {
        let limit = call.limit ?? 20
        guard (1...100).contains(limit) else {
            throw ControlError.invalid("limit", Text(fr: "attendu : de 1 à 100", en: "expected 1 to 100"))
        }
        let hits = try await ledger.residents(ResidentSearch(call.query), limit: limit)
        let sorted = hits.residents.map { (Folding.text($0.name), $0) }.sorted { ($0.0, $0.1.key) < ($1.0, $1.1.key) }
        return ResidentMethods.Search.Reply(
            residents: sorted.map { Wire.Resident($0.1) }, more: hits.hasMore)
    }

    func get(_ call: ResidentMethods.Get) async throws -> ResidentMethods.Get.Reply {
        guard let resident = try await ledger.resident(Resident.key(of: call.id)) else {
            throw ControlError.notFound(call.id)
        }
        return ResidentMethods.Get.Reply(resident: Wire.Resident(resident))
    }

    func list(_ call: ResidentMethods.List) async throws -> ResidentMethods.List.Reply {
        let limit = call.limit ?? 100
        guard (1...1000).contains(limit) else {
            throw ControlError.invalid("limit", Text(fr: "attendu : de 1 à 1000", en: "expected 1 to 1000"))
        }
        let page = try await ledger.directory(after: call.after.map { Resident.key(of: $0) }, limit: limit)
        return ResidentMethods.List.Reply(residents: page.residents.map { Wire.Resident($0) }, next: page.next)
    }
}

/// Takes files of residents and makes the directory what they say, one at a time.
struct ImportingResidents: Sendable {
    typealias Replies = ReplyStream<ResidentMethods.Import.Reply>

    let ledger: any Ledger
    let uploads: Uploads
    let watching: Watching
    let journal: Journal
    /// The pool for reading and comparing a file, which takes as long as it is large.
    let pool: MaintenancePool
    private let turn = AtMostOne()

    init(ledger: any Ledger, uploads: Uploads, watching: Watching, journal: Journal, pool: MaintenancePool) {
        self.ledger = ledger
        self.uploads = uploads
        self.watching = watching
        self.journal = journal
        self.pool = pool
    }

    func upload(
        _ call: ResidentMethods.Upload, from connection: UInt64
    ) throws(ControlError) -> ResidentMethods.Upload.Reply {
        guard let data = Data(base64Encoded: call.data) else {
            throw .invalid("data", Text(fr: "ce n'est pas du base 64", en: "this is not base 64"))
        }
        do throws(Uploads.Refusal) {
            let (name, size) = try uploads.add([UInt8](data), to: call.upload, from: connection)
            return ResidentMethods.Upload.Reply(upload: name, size: size)
        } catch {
            switch error {
            case .unknown: throw .notFound(call.upload ?? "")
            case .tooLarge:
                let limit = Uploads.limit >> 20
                throw .invalid(
                    "data",
                    Text(fr: "le fichier dépasse \(limit) Mio", en: "the file is larger than \(limit) MiB"))
            case .tooMany:
                throw .unavailable(
                    Text(fr: "trop de fichiers sont en cours d'envoi", en: "too many files are being uploaded"))
            }
        }
    }

    /// Answers a call on the import of a file.
    func importFile(
        _ call: ResidentMethods.Import, from connection: UInt64, by actor: String, for principal: Principal,
        on replies: some Replies
    ) {
        let isDry = call.dryRun ?? false
        let method = ResidentMethods.Import.declaration
        guard let stream = watching.open(method, for: principal, on: replies, outlivesStop: true, ended: {}) else {
            return
        }
        Task.detached(executorPreference: pool) { [watching] in
            defer { watching.streams.close(stream) }
            guard turn.enter() else { return replies.fail(.unavailable(Self.busy)) }
            defer { turn.leave() }
            guard let file = uploads.file(call.upload, of: connection, taking: !isDry) else {
                return replies.fail(.notFound(call.upload))
            }
            do {
                let progress = Progress(replies, stream)
                let found = try await read(
                    consume file, isDry: isDry, movingOut: call.moveOutMissing ?? false, by: actor, progress, replies)
                // What was made of a large file is garbage now.
                await ledger.releaseMemory()
                replies.finish(found)
            } catch {
                journal.tellImportFailed(by: actor)
                replies.fail(ControlError(anyOf: error))
            }
        }
    }

    private func read(
        _ bytes: consuming [UInt8], isDry: Bool, movingOut: Bool, by actor: String, _ progress: Progress<some Replies>,
        _ replies: some Replies
    ) async throws -> ResidentMethods.Import.Reply {
        let file = ResidentsFile(consume bytes) { progress.show(.reading, $0, $1) }
        try progress.requireListener()
        await send(file.mistakes.map { Wire.Finding($0) }, on: replies) { .init(.findings, errors: $0) }
        await send(file.notices.map { Wire.Finding($0) }, on: replies) { .init(.findings, notices: $0) }
        var reply = ResidentMethods.Import.Reply(.done)
        reply.encoding = file.encoding?.rawValue
        reply.separator = file.separator.map { String($0) }
        reply.unknownColumns = file.unknownColumns
        reply.errorCount = file.mistakes.count
        reply.rows = file.residents.count
        (reply.added, reply.changed, reply.missing, reply.movedOut) = (0, 0, 0, 0)
        reply.imported = false
        guard file.mistakes.isEmpty else {
            journal.tellRefusedFile(mistakes: file.mistakes.count, by: actor)
            return reply
        }
        let (edition, comparison) = try await compare(file, progress)
        reply.added = comparison.added.count
        reply.changed = comparison.changed.count
        reply.missing = comparison.missing.count
        await send(comparison.missing.map { Wire.Resident($0) }, on: replies) { .init(.missing, residents: $0) }
        try progress.requireListener()
        guard !isDry else { return reply }
        let changes = comparison.changes(movingOutMissing: movingOut)
        if !changes.isEmpty {
            let made = try await ledger.changeDirectory(changes, from: edition) {
                _ = progress.show(.writing, $0, $1)
            }
            guard made != nil else { throw ControlError.unavailable(Self.busy) }
        }
        reply.movedOut = changes.removed.count
        reply.imported = true
        journal.tellImported(reply, by: actor)
        return reply
    }

    /// Compares a file with the directory, all of which is of one edition.
    private func compare(
        _ file: ResidentsFile, _ progress: Progress<some Replies>
    ) async throws -> (edition: Int64, DirectoryComparison) {
        var comparison = DirectoryComparison(file)
        var (edition, after): (Int64?, String?) = (nil, nil)
        var done = 0
        repeat {
            let page = try await ledger.directory(after: after, limit: 2000)
            guard edition == nil || edition == page.edition else { throw ControlError.unavailable(Self.busy) }
            comparison.compare(page.residents)
            (edition, after) = (page.edition, page.next)
            done += page.residents.count
            guard progress.show(.comparing, done, max(done, file.residents.count)) else { break }
        } while after != nil
        try progress.requireListener()
        return (edition ?? 0, comparison)
    }

    /// The number of elements of a portion, which keeps a message far below its limit.
    private static let portion = 200

    private func send<Element: Sendable, Stream: Replies>(
        _ elements: [Element], on replies: Stream, _ reply: ([Element]) -> ResidentMethods.Import.Reply
    ) async {
        for start in stride(from: 0, to: elements.count, by: Self.portion) {
            let part = elements[start..<min(start + Self.portion, elements.count)]
            guard replies.send(reply(Array(part))) else { return }
            await replies.drained()
        }
    }

    private static let busy = Text(
        fr: "une autre importation est en cours", en: "another import is under way")

    /// Tells a caller how far the import is, each hundredth once.
    private final class Progress<Stream: Replies>: Sendable {
        private let replies: Stream
        private let stream: OpenStreams.Stream
        private let last = Mutex<(stage: String, part: Int, isHeard: Bool)>(("", -1, true))

        init(_ replies: Stream, _ stream: OpenStreams.Stream) {
            self.replies = replies
            self.stream = stream
        }

        /// Returns whether the caller still listens.
        func show(_ stage: ResidentMethods.Import.Reply.Stage, _ done: Int, _ total: Int) -> Bool {
            let part = total > 0 ? done * 100 / total : 0
            return last.withLock { last in
                guard last.isHeard else { return false }
                if (last.stage, last.part) != (stage.rawValue, part) {
                    (last.stage, last.part) = (stage.rawValue, part)
                    last.isHeard = !stream.isOver && replies.send(.init(stage, done: done, total: total))
                }
                return last.isHeard
            }
        }

        /// Throws if the caller is gone, before anything is changed.
        func requireListener() throws(ControlError) {
            guard last.withLock(\.isHeard), !stream.isOver else {
                throw .unavailable(Text(fr: "l'appelant est parti", en: "the caller is gone"))
            }
        }
    }
}

extension Wire.Resident {
    init(_ resident: Resident) {
        self.init(
            id: resident.id, name: resident.name, dwelling: resident.dwelling, residence: resident.residence,
            language: resident.language, publics: resident.publics, email: resident.email, phone: resident.phone,
            movedIn: resident.movedIn?.description)
    }
}

extension Wire.Finding {
    init(_ finding: ResidentsFile.Finding) {
        self.init(
            line: finding.line, column: finding.column?.rawValue, title: finding.column?.words,
            kind: finding.kind.rawValue,
            reason: finding.reason)
    }
}

extension Journal {
    /// Reports an import. It names nobody.
    fileprivate func tellImported(_ reply: ResidentMethods.Import.Reply, by actor: String) {
        func count(_ number: Int?) -> String { "\(number ?? 0)" }
        log(
            .notice, .residentsImported,
            "a file of \((reply.rows ?? 0).counted("resident", "residents")) was imported: \(count(reply.added)) added, "
                + "\(count(reply.changed)) changed, \(count(reply.missing)) missing from it, "
                + "\(count(reply.movedOut)) moved out",
            ["actor": actor])
    }

    fileprivate func tellRefusedFile(mistakes: Int, by actor: String) {
        log(
            .notice, .importRefused,
            "a file of residents was refused for \(mistakes.counted("mistake", "mistakes")); nothing was changed",
            ["actor": actor])
    }

    fileprivate func tellImportFailed(by actor: String) {
        log(.warning, .importRefused, "an import of residents ended early; nothing was changed", ["actor": actor])
    }
}
