import Glibc
import Synchronization

/// A folder of a provider's own in which files appear whole or not at all: for what other programs pick up, and for what
/// a task keeps beside its requests.
///
/// Paths are relative: `outbox/order-1.json`. Folders on the way are created. A path that leaves the folder, or that has
/// a hidden name or invisible characters, is refused. Errors are ``TaskFailure``s that name the file, so that a handler need not catch them: its
/// run is tried again.
///
/// The calls wait for the disk on threads that nobody else needs.
public struct DurableFolder: Sendable {
    /// Where it is in the file system, for a program that must be told; files that are written there directly may
    /// appear in parts.
    public let path: String
    private let executor: (any TaskExecutor)?

    /// A folder at a path. Without an executor, calls wait for the disk on the caller's thread.
    package init(_ path: String, on executor: (any TaskExecutor)? = nil) {
        self.path = path
        self.executor = executor
    }

    /// Writes a file, replacing one of the same name.
    ///
    /// When it returns, the file is on disk under its name. If it throws, or after a crash, the folder has the whole new
    /// file, the old one, or none.
    public func put(_ name: String, _ bytes: some Sequence<UInt8> & Sendable) async throws(TaskFailure) {
        let bytes = Array(bytes)
        try await onDisk { folder throws(TaskFailure) in try folder.write(bytes, to: folder.checked(name)) }
    }

    /// Writes a text as UTF-8, as ``put(_:_:)`` does.
    public func put(_ name: String, _ text: String) async throws(TaskFailure) {
        try await put(name, Array(text.utf8))
    }

    /// The content of a file; nil if there is none of this name.
    public func read(_ name: String) async throws(TaskFailure) -> [UInt8]? {
        try await onDisk { folder throws(TaskFailure) in try folder.content(of: folder.checked(name)) }
    }

    /// The names of the files and folders in a folder, sorted; empty if there is no such folder.
    public func list(_ name: String = "") async throws(TaskFailure) -> [String] {
        try await onDisk { folder throws(TaskFailure) in
            try folder.names(in: name.isEmpty ? folder.path : folder.checked(name))
        }
    }

    /// Deletes a file, and returns once that is on disk. Nothing happens if there is none of this name.
    public func remove(_ name: String) async throws(TaskFailure) {
        try await onDisk { folder throws(TaskFailure) in
            let file = try folder.checked(name)
            guard unlink(file) == 0 else {
                if errno == ENOENT { return }
                throw folder.failure("delete", file)
            }
            try folder.synchronize(folder.parent(of: file))
        }
    }

    /// Deletes what earlier processes left of files that were being written. What this process is writing stays, for
    /// example for the instance that a reload replaces.
    package func sweep() {
        for name in (try? names(in: drafts, hidden: true)) ?? [] where !name.hasPrefix("\(Self.life)-") {
            unlink("\(drafts)/\(name)")
        }
    }

    // MARK: The disk

    private func onDisk<Result: Sendable>(
        _ work: @escaping @Sendable (DurableFolder) throws(TaskFailure) -> Result
    ) async throws(TaskFailure) -> Result {
        try await withTaskExecutorPreference(executor) { () async throws(TaskFailure) in try work(self) }
    }

    /// Drafts are in a folder of their own, which a start empties without looking through the others.
    private var drafts: String { path + "/.drafts" }

    /// Distinguishes this process from earlier ones, which may have had the same process id.
    static let life = String(UInt64.random(in: 1 ... .max), radix: 36)
    static let draftCount = Atomic(0)

    private func checked(_ name: String) throws(TaskFailure) -> String {
        let steps = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = steps.allSatisfy { step in
            !step.isEmpty && step.first != "." && step.utf8.count <= 200
                && step.unicodeScalars.allSatisfy { $0 == " " || !TextLimits.isInvisible($0) }
        }
        guard isPlain else {
            throw .final(reason: "\"\(name)\" is not the name of a file in a provider's folder, like usage/2026-11.csv")
        }
        return "\(path)/\(name)"
    }

    private func write(_ bytes: [UInt8], to file: String) throws(TaskFailure) {
        try makeFolders(upTo: parent(of: file))
        try makeFolders(upTo: drafts)
        // An attempt that timed out may still be writing, so each file is written under a name of its own.
        let draft = "\(drafts)/\(Self.life)-\(Self.draftCount.add(1, ordering: .relaxed).newValue)"
        do throws(TaskFailure) {
            try writeDurably(bytes, to: draft)
            guard rename(draft, file) == 0 else { throw failure("write", file) }
        } catch {
            unlink(draft)
            throw error
        }
        try synchronize(parent(of: file))
    }

    private func writeDurably(_ bytes: [UInt8], to file: String) throws(TaskFailure) {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw failure("open", file) }
        defer { _ = close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw failure("write", file) }
            rest = rest.dropFirst(written)
        }
        guard fsync(descriptor) == 0 else { throw failure("sync", file) }
    }

    private func content(of file: String) throws(TaskFailure) -> [UInt8]? {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("open", file)
        }
        defer { _ = close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", file) }
            if count == 0 { return content }
            content += buffer[..<count]
        }
    }

    private func names(in folder: String, hidden: Bool = false) throws(TaskFailure) -> [String] {
        guard let directory = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw failure("open", folder)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            // The name is an array of 256 characters that ends with a zero.
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != "..", hidden || !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// The folders that are known to be on disk. One that is merely there may have been created by a call that was
    /// killed, or has not yet returned.
    private static let foldersOnDisk = Mutex<Set<String>>([])

    /// Creates the missing folders of a path, from the provider's folder on, each durably.
    private func makeFolders(upTo folder: String) throws(TaskFailure) {
        let isThere = access(folder, F_OK) == 0
        if isThere, Self.foldersOnDisk.withLock({ $0.contains(folder) }) { return }
        if folder.utf8.count > path.utf8.count { try makeFolders(upTo: parent(of: folder)) }
        guard isThere || mkdir(folder, 0o750) == 0 || errno == EEXIST else { throw failure("make the folder", folder) }
        try synchronize(parent(of: folder))
        Self.foldersOnDisk.withLock { _ = $0.insert(folder) }
    }

    /// Makes the entries of a folder durable.
    private func synchronize(_ folder: String) throws(TaskFailure) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", folder) }
        defer { _ = close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("sync", folder) }
    }

    private func parent(of file: String) -> String {
        file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
    }

    private func failure(_ verb: String, _ file: String) -> TaskFailure {
        .retry(reason: "cannot \(verb) \(file): \(String(cString: strerror(errno)))", after: nil)
    }
}
