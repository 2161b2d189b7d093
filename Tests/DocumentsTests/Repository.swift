import Foundation

/// The files of the repository that contains these tests.
struct Repository {
    let root: URL
    /// Paths of all files, relative to the root, without the output of builds and git's own files.
    let files: [String]

    init(testFile: String = #filePath) throws {
        root = URL(filePath: testFile).appending(path: "../../..").standardizedFileURL
        let folder = root.path(percentEncoded: false)
        files = try FileManager.default.files(below: folder, skipping: Self.isMade).sorted()
    }

    private static func isMade(_ name: String) -> Bool {
        name == ".git" || name.hasPrefix(".build") || name == ".swiftpm"
    }

    /// The text of a file; nil if it is not UTF-8.
    func text(_ path: String) throws -> String? {
        String(validating: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
    }

    func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path(percentEncoded: false))
    }

    /// All documents, by path.
    func documents() throws -> [(path: String, markdown: Markdown)] {
        try files.filter { $0.hasSuffix(".md") }.map { ($0, Markdown(try text($0) ?? "")) }
    }

    /// The folders under plugins/.
    var providerFolders: [String] {
        let folders = files.compactMap { path -> String? in
            let parts = path.split(separator: "/")
            return parts.count > 2 && parts[0] == "plugins" ? String(parts[1]) : nil
        }
        return Set(folders).sorted()
    }
}

extension FileManager {
    /// Paths of all files below a folder, without the folders whose names are to be skipped.
    fileprivate func files(below root: String, skipping skips: (String) -> Bool) throws -> [String] {
        var found: [String] = []
        var folders = [""]
        while let folder = folders.popLast() {
            let here = folder.isEmpty ? root : root + "/" + folder
            for name in try contentsOfDirectory(atPath: here) where !skips(name) {
                let path = folder.isEmpty ? name : folder + "/" + name
                var isFolder: ObjCBool = false
                // A symbolic link whose target does not exist is not a file of the repository.
                guard fileExists(atPath: root + "/" + path, isDirectory: &isFolder) else { continue }
                if isFolder.boolValue { folders.append(path) } else { found.append(path) }
            }
        }
        return found
    }
}
