import JSON
import Synchronization
import Wording

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A file that gets its name only once it is complete and synced. Until then the data is in a file with another name in
/// the same directory.
final class BackupFile: Sendable {
    private let path: String
    private let partial: String
    private let replaces: Bool
    private let state: Mutex<(descriptor: Int32, size: Int64)>

    /// Creates the partial file. An existing file of that name is an error unless `replacing` is true; it stays until
    /// ``finish()`` replaces it.
    init(_ path: String, replacing: Bool) throws(Failure) {
        self.path = path
        replaces = replacing
        partial = "\(path).\(getpid()).partial"
        var facts = stat()
        if lstat(path, &facts) == 0, !replacing { throw .fileExists(path) }
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotCreate(path, errno) }
        state = Mutex((descriptor, 0))
    }

    /// The number of bytes written so far.
    var size: Int64 { state.withLock(\.size) }

    /// Decodes and appends a part. Its offset must be the present ``size``.
    func append(base64 text: String, at offset: Int64) throws(Failure) {
        guard let bytes = Base64.decode(text) else { throw .unreadable("data") }
        let code = state.withLock { state -> Int32? in
            guard offset == state.size else { return nil }
            let code = bytes.withUnsafeBytes { writeAll($0, to: state.descriptor) }
            if code == 0 { state.size += Int64(bytes.count) }
            return code
        }
        guard let code else { throw .unreadable("offset") }
        guard code == 0 else { throw .cannotWrite(Text(errno: code), to: path) }
    }

    /// Syncs the file, gives it its name, and syncs the directory.
    func finish() throws(Failure) {
        let isSynced = state.withLock { fsync($0.descriptor) == 0 }
        guard isSynced else { throw .cannotWrite(Text(errno: errno), to: path) }
        if replaces {
            guard rename(partial, path) == 0 else { throw .cannotCreate(path, errno) }
        } else if link(partial, path) == 0 {
            unlink(partial)
        } else if errno == EEXIST {
            throw .fileExists(path)
        } else {
            // The file system has no hard links. Another process may create the file between the two calls.
            var facts = stat()
            if lstat(path, &facts) == 0 { throw .fileExists(path) }
            guard rename(partial, path) == 0 else { throw .cannotCreate(path, errno) }
        }
        guard folderIsSynced() else { throw .cannotWrite(Text(errno: errno), to: path) }
    }

    /// Removes the partial file.
    func discard() { unlink(partial) }

    deinit { state.withLock { _ = close($0.descriptor) } }

    /// Syncs the directory, so that the name is there after a power cut; false if that failed.
    private func folderIsSynced() -> Bool {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        let code = fsync(descriptor) == 0 ? 0 : errno
        close(descriptor)
        errno = code
        // Some file systems do not sync directories (fsync(2), EINVAL).
        return code == 0 || code == EINVAL
    }
}

extension Failure {
    static func fileExists(_ path: String) -> Failure {
        Failure(
            status: .cannotCreate, name: "conciergectl.FileExists", parameters: ["file": .string(path)],
            message: Text(fr: "\(path) existe déjà", en: "\(path) is there already"),
            advice: Text(
                fr: "Rien n'a été écrit. Choisissez un autre nom, ou remplacez-le avec --force.",
                en: "Nothing was written. Choose another name, or replace it with --force."))
    }

    static func cannotCreate(_ path: String, _ code: Int32) -> Failure {
        let reason = Text(errno: code)
        return Failure(
            status: .cannotCreate, name: "conciergectl.CannotCreate",
            parameters: ["file": .string(path), "reason": .string(reason.en)],
            message: Text(
                fr: "\(path) ne peut pas être créé : \(reason)", en: "\(path) cannot be made: \(reason)"),
            advice: Text(
                fr: "C'est votre compte qui écrit le fichier : a-t-il le droit d'écrire dans ce dossier ?",
                en: "It is your account that writes the file: may it write to that folder?"))
    }
}
