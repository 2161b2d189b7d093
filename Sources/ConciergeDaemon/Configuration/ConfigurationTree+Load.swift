import Glibc
import Wording

extension ConfigurationTree {
    /// Reads the main file and its drop-ins. The drop-ins are the files in the folder beside the main file, named like
    /// it with `.d` in place of `.yaml`, whose names end in `.yaml` and do not begin with a dot; they are read in the
    /// byte order of their names. For `/etc/concierge/concierged.yaml` the folder is `/etc/concierge/concierged.d`.
    ///
    /// Mappings are merged key by key and the later file wins; lists and single values are replaced whole. An empty
    /// file is an empty mapping.
    ///
    /// - Parameter requiresMainFile: Whether a missing main file is an error. The folder is always optional.
    /// - Throws: ``ConfigurationError`` if the main file is required and does not exist, or a file cannot be read or is
    ///   not valid.
    package init(mainFile: String, requiresMainFile: Bool = true) throws(ConfigurationError) {
        var root = ConfigurationNode(content: .mapping([]), file: mainFile, line: nil)
        var files: [String] = []
        for file in try [mainFile] + Self.dropIns(of: mainFile) {
            guard let text = try Self.read(file) else {
                if file == mainFile && !requiresMainFile { continue }
                throw ConfigurationError(
                    file: file, words: Text(fr: "le fichier n'existe pas", en: "the file does not exist"))
            }
            root = root.merged(with: try ConfigurationParser.parse(text, file: file))
            files.append(file)
        }
        self.init(root: root, mainFile: mainFile, files: files)
    }

    private static func dropIns(of mainFile: String) throws(ConfigurationError) -> [String] {
        let stem = mainFile.hasSuffix(".yaml") ? String(mainFile.dropLast(5)) : mainFile
        let folder = stem + ".d"
        guard let stream = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw unreadable(folder, errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".yaml"), !name.hasPrefix(".") { names.append(name) }
        }
        if errno != 0 { throw unreadable(folder, errno) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { "\(folder)/\($0)" }
    }

    /// The text of a file, or `nil` if it does not exist. A file of more than 1 MiB is refused as a mistake.
    private static func read(_ file: String) throws(ConfigurationError) -> String? {
        let limit = 1 << 20
        // The file type is checked before the file is opened: opening a FIFO would block, and opening a device may have
        // side effects.
        var facts = stat()
        guard stat(file, &facts) == 0 else {
            if errno == ENOENT, lstat(file, &facts) == 0 {
                throw ConfigurationError(
                    file: file,
                    words: Text(
                        fr: "illisible : c'est un lien vers un fichier qui n'existe pas",
                        en: "cannot be read: it is a link to a file that does not exist"))
            }
            if errno == ENOENT { return nil }
            throw unreadable(file, errno)
        }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw notRegular(file, facts) }
        let descriptor = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(file, errno) }
        defer { close(descriptor) }
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { throw notRegular(file, facts) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw unreadable(file, errno) }
            if count == 0 { break }
            bytes.append(contentsOf: buffer.prefix(count))
            if bytes.count > limit {
                throw ConfigurationError(
                    file: file, words: Text(fr: "le fichier dépasse 1 Mio", en: "the file is larger than 1 MiB"))
            }
        }
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }.map { $0 + 1 }
        throw ConfigurationError(file: file, line: line, words: Text(fr: "n'est pas en UTF-8", en: "is not UTF-8"))
    }

    private static func notRegular(_ file: String, _ facts: stat) -> ConfigurationError {
        let what =
            switch facts.st_mode & S_IFMT {
            case S_IFDIR: "a folder"
            case S_IFIFO: "a FIFO"
            case S_IFCHR, S_IFBLK: "a device"
            case S_IFSOCK: "a socket"
            default: "something else"
            }
        return ConfigurationError(
            file: file, reason: "cannot be read: it is \(what), and must be a regular file")
    }

    private static func unreadable(_ path: String, _ code: CInt) -> ConfigurationError {
        let reason = code == ELOOP ? "its symbolic links lead in a circle" : String(cString: strerror(code))
        return ConfigurationError(file: path, reason: "cannot be read: \(reason)")
    }
}
