import JSON
import Wording

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A folder into which the files of a package are written.
struct PackageFolder {
    let path: String

    /// Writes all files, or none: if one exists already nothing is written, and if one cannot be written those before it
    /// are removed. Folders that were created stay.
    func write(_ files: [ProviderPackage.File]) throws(Failure) {
        if let file = files.first(where: { exists($0.path) }) { throw .wouldOverwrite("\(path)/\(file.path)") }
        var written: [String] = []
        do throws(Failure) {
            for file in files {
                let place = "\(path)/\(file.path)"
                try makeFolders(of: place)
                try write(file, at: place) { written.append(place) }
            }
        } catch {
            for place in written { unlink(place) }
            throw error
        }
    }

    private func exists(_ file: String) -> Bool {
        var facts = stat()
        return lstat("\(path)/\(file)", &facts) == 0
    }

    private func makeFolders(of file: String) throws(Failure) {
        var folder = ""
        for part in file.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
            folder += folder.isEmpty && !file.hasPrefix("/") ? "\(part)" : "/\(part)"
            if folder.isEmpty || folder == "/" { continue }
            guard mkdir(folder, 0o777) == 0 || errno == EEXIST else { throw .cannotCreate(folder, errno) }
        }
    }

    private func write(_ file: ProviderPackage.File, at place: String, created: () -> Void) throws(Failure) {
        let descriptor = open(
            place, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file.isExecutable ? 0o777 : 0o666)
        guard descriptor >= 0 else {
            throw errno == EEXIST ? .wouldOverwrite(place) : .cannotCreate(place, errno)
        }
        created()
        defer { close(descriptor) }
        var text = file.text
        let code = text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
        guard code == 0 else { throw .cannotWrite(Text(errno: code), to: place) }
    }
}

extension Failure {
    fileprivate static func wouldOverwrite(_ path: String) -> Failure {
        Failure(
            status: .cannotCreate, name: "conciergectl.FileExists", parameters: ["file": .string(path)],
            message: Text(fr: "\(path) existe déjà", en: "\(path) is there already"),
            advice: Text(
                fr: "Rien n'a été écrit. Choisissez un autre dossier avec --path.",
                en: "Nothing was written. Choose another folder with --path."))
    }
}
