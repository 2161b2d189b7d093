import ConciergeKit
import Foundation

/// A directory in which files appear whole or not at all, for another program to pick up.
struct Outbox: Sendable {
    let folder: String

    private static let draftSuffix = ".draft"

    /// Writes a file into the directory, replacing one of the same name.
    ///
    /// When it returns, the file is on disk under its name. If it throws, or after a crash, the directory has the whole
    /// new file, the old one, or none. The names of drafts begin with a dot.
    func put(_ name: String, _ content: Data, attempt: Int) async throws {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            // Waiting for a disk must not block a thread that others need. This is a separate thread and not a
            // concurrent Dispatch queue: from their first use on, Dispatch checks these queues once a second, so that
            // an idle daemon would never sleep again.
            Thread.detachNewThread {
                done.resume(with: Result { try write(content, to: name, attempt: attempt) })
            }
        }
    }

    /// Deletes the drafts that a crash left. Call it only before the first `put`.
    func sweep() {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for file in files where file.hasPrefix(".") && file.hasSuffix(Self.draftSuffix) {
            unlink("\(folder)/\(file)")
        }
    }

    private func write(_ content: Data, to name: String, attempt: Int) throws {
        let made = mkdir(folder, 0o750) == 0
        guard made || errno == EEXIST else { throw failure("make the folder", folder) }
        // An attempt that timed out may still be writing, so each attempt has its own draft.
        let draft = "\(folder)/.\(name).\(attempt)\(Self.draftSuffix)"
        do {
            try writeDurably(content, to: draft)
            guard rename(draft, "\(folder)/\(name)") == 0 else { throw failure("rename", draft) }
        } catch {
            unlink(draft)
            throw error
        }
        try synchronize(folder)
        if made { try synchronize((folder as NSString).deletingLastPathComponent) }
    }

    private func writeDurably(_ content: Data, to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw failure("open", path) }
        do {
            defer { _ = close(file) }
            var rest = content[...]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { unsafe in
                    Foundation.write(file, unsafe.baseAddress, unsafe.count)
                }
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw failure("write", path) }
                rest = rest.dropFirst(written)
            }
            guard fsync(file) == 0 else { throw failure("sync", path) }
        }
    }

    /// Makes the entries of a directory durable.
    private func synchronize(_ folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", folder) }
        defer { _ = close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("sync", folder) }
    }

    private func failure(_ verb: String, _ path: String) -> TaskFailure {
        .retry(reason: "cannot \(verb) \(path): \(String(cString: strerror(errno)))", after: nil)
    }
}
