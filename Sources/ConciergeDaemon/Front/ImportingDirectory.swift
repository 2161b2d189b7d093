import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import Foundation
import Logging
import Synchronization
import Tables

/// A kind of things that a file makes.
protocol ImportedNoun: DirectoryNoun {
    /// How the control interface shows one.
    associatedtype Shown: ImportableEntry
    var shown: Shown { get }

    /// What a file's lines are checked against.
    static func context(_ ledger: any Ledger, _ calendars: WorkingCalendars) async throws -> DirectoryContext

    /// Throws if one of these may not leave the directory now.
    static func requireRemovable(_ missing: [Self], _ ledger: any Ledger) async throws
}

extension ImportedNoun {
    static func requireRemovable(_ missing: [Self], _ ledger: any Ledger) async throws {}
}

/// Takes files of the directory and makes it what they say, one at a time.
struct ImportingDirectory: Sendable {
    let ledger: any Ledger
    let calendars: WorkingCalendars
    let uploads: Uploads
    let watching: Watching
    let journal: Journal
    /// The pool for reading and comparing a file, which takes as long as it is large.
    let pool: MaintenancePool
    private let turn = AtMostOne()

    init(
        ledger: any Ledger, calendars: WorkingCalendars, uploads: Uploads, watching: Watching, journal: Journal,
        pool: MaintenancePool
    ) {
        self.ledger = ledger
        self.calendars = calendars
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
    func importFile<Noun: ImportedNoun>(
        of noun: Noun.Type, _ call: DirectoryImport<Noun.Shown>, from connection: UInt64, by actor: String,
        for principal: Principal, on replies: some ReplyStream<Wire.ImportReply<Noun.Shown>>
    ) {
        let isDry = call.dryRun ?? false
        let stream = watching.open(
            DirectoryImport<Noun.Shown>.declaration, for: principal, on: replies, outlivesStop: true, ended: {})
        guard let stream else { return }
        Task.detached(executorPreference: pool) { [watching] in
            defer { watching.streams.close(stream) }
            guard turn.enter() else { return replies.fail(.unavailable(Self.busy)) }
            defer { turn.leave() }
            guard let file = uploads.file(call.upload, of: connection, taking: !isDry) else {
                return replies.fail(.notFound(call.upload))
            }
            do {
                let progress = Progress<Noun, _>(replies, stream)
                let found = try await read(
                    noun, consume file, isDry: isDry, removing: call.removeMissing ?? false, by: actor, progress,
                    replies)
                // What was made of a large file is garbage now.
                await ledger.releaseMemory()
                replies.finish(found)
            } catch {
                journal.tellImportFailed(Noun.self, by: actor)
                replies.fail(ControlError(anyOf: error))
            }
        }
    }

    private func read<Noun: ImportedNoun, Stream: ReplyStream<Wire.ImportReply<Noun.Shown>>>(
        _ noun: Noun.Type, _ bytes: consuming [UInt8], isDry: Bool, removing: Bool, by actor: String,
        _ progress: Progress<Noun, Stream>, _ replies: Stream
    ) async throws -> Wire.ImportReply<Noun.Shown> {
        let context = try await Noun.context(ledger, calendars)
        let file = Noun.file(consume bytes, in: context) { progress.show(.reading, $0, $1) }
        try progress.requireListener()
        await send(file.mistakes.map { Wire.Finding($0) }, on: replies) { .init(.findings, errors: $0) }
        await send(file.notices.map { Wire.Finding($0) }, on: replies) { .init(.findings, notices: $0) }
        var reply = Wire.ImportReply<Noun.Shown>(.done)
        reply.encoding = file.encoding?.rawValue
        reply.separator = file.separator.map { String($0) }
        reply.unknownColumns = file.unknownColumns
        reply.errorCount = file.mistakes.count
        reply.rows = file.entries.count
        (reply.added, reply.changed, reply.missing, reply.removed) = (0, 0, 0, 0)
        reply.imported = false
        guard file.mistakes.isEmpty else {
            journal.tellRefusedFile(Noun.self, mistakes: file.mistakes.count, by: actor)
            return reply
        }
        let (edition, comparison) = try await compare(file, progress)
        reply.added = comparison.added.count
        reply.changed = comparison.changed.count
        reply.missing = comparison.missing.count
        await send(comparison.missing.map(\.shown), on: replies) { .init(.missing, entries: $0) }
        try progress.requireListener()
        if removing { try await Noun.requireRemovable(comparison.missing, ledger) }
        guard !isDry else { return reply }
        let changes = comparison.changes(removingMissing: removing)
        if !changes.isEmpty {
            let made = try await ledger.changeDirectory(changes, from: edition) {
                _ = progress.show(.writing, $0, $1)
            }
            guard made != nil else { throw ControlError.unavailable(Self.busy) }
        }
        reply.removed = changes.removed.count
        reply.imported = true
        journal.tellImported(Noun.self, reply, by: actor)
        return reply
    }

    /// Compares a file with the directory, all of which is of one edition.
    private func compare<Noun: ImportedNoun>(
        _ file: DirectoryFile<Noun>, _ progress: Progress<Noun, some ReplyStream<Wire.ImportReply<Noun.Shown>>>
    ) async throws -> (edition: Int64, DirectoryComparison<Noun>) {
        var comparison = DirectoryComparison(file)
        var (edition, after): (Int64?, String?) = (nil, nil)
        var done = 0
        repeat {
            let page = try await ledger.directory(of: Noun.self, after: after, limit: 2000)
            guard edition == nil || edition == page.edition else { throw ControlError.unavailable(Self.busy) }
            comparison.compare(page.entries)
            (edition, after) = (page.edition, page.next)
            done += page.entries.count
            guard progress.show(.comparing, done, max(done, file.entries.count)) else { break }
        } while after != nil
        try progress.requireListener()
        return (edition ?? 0, comparison)
    }

    /// The number of elements of a portion, which keeps a message far below its limit.
    private static let portion = 200

    private func send<Element: Sendable, Reply>(
        _ elements: [Element], on replies: some ReplyStream<Reply>, _ reply: ([Element]) -> Reply
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
    private final class Progress<Noun: ImportedNoun, Stream: ReplyStream<Wire.ImportReply<Noun.Shown>>>: Sendable {
        private let replies: Stream
        private let stream: OpenStreams.Stream
        private let last = Mutex<(stage: String, part: Int, isHeard: Bool)>(("", -1, true))

        init(_ replies: Stream, _ stream: OpenStreams.Stream) {
            self.replies = replies
            self.stream = stream
        }

        /// Returns whether the caller still listens.
        func show(_ stage: Wire.Word<Wire.ImportStage>, _ done: Int, _ total: Int) -> Bool {
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

extension Wire.Finding {
    init(_ finding: DirectoryFinding) {
        self.init(
            line: finding.line, column: finding.column, title: finding.title, kind: finding.kind.rawValue,
            reason: finding.reason)
    }
}

extension Journal {
    /// Reports an import. It names nobody.
    fileprivate func tellImported<Noun: ImportedNoun>(
        _ noun: Noun.Type, _ reply: Wire.ImportReply<Noun.Shown>, by actor: String
    ) {
        func count(_ number: Int?) -> String { "\(number ?? 0)" }
        log(
            .notice, .directoryImported,
            "a file of \((reply.rows ?? 0).counted(Noun.word.en, Noun.kind.rawValue)) was imported: "
                + "\(count(reply.added)) added, \(count(reply.changed)) changed, \(count(reply.missing)) missing from "
                + "it, \(count(reply.removed)) removed",
            ["actor": actor])
    }

    fileprivate func tellRefusedFile(_ noun: (some ImportedNoun).Type, mistakes: Int, by actor: String) {
        log(
            .notice, .importRefused,
            "a file of \(noun.kind.rawValue) was refused for \(mistakes.counted("mistake", "mistakes")); nothing was "
                + "changed",
            ["actor": actor])
    }

    fileprivate func tellImportFailed(_ noun: (some ImportedNoun).Type, by actor: String) {
        log(
            .warning, .importRefused, "an import of \(noun.kind.rawValue) ended early; nothing was changed",
            ["actor": actor])
    }
}
