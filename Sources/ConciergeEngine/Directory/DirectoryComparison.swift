/// Compares a file with the directory, part by part.
package struct DirectoryComparison<Noun: DirectoryNoun>: Sendable {
    /// The columns that the file does not have. It says nothing about what they hold.
    private let absent: [Noun.Column]
    /// By key, what the file has and was not met in the directory yet.
    private var left: [String: Noun] = [:]
    /// What is in both, and differs in a column that the file has.
    package private(set) var changed: [Noun] = []
    /// What the directory has and the file has not.
    package private(set) var missing: [Noun] = []

    package init(_ file: DirectoryFile<Noun>) {
        absent = Noun.Column.allCases.filter { !file.columns.contains($0) }
        left.reserveCapacity(file.entries.count)
        for entry in file.entries { left[entry.key] = entry }
    }

    /// What the file has and the directory has not, once all of it was compared.
    package var added: some Collection<Noun> { left.values }

    /// Compares a part of the directory. Each part is passed once.
    package mutating func compare(_ entries: [Noun]) {
        for entry in entries {
            guard var written = left.removeValue(forKey: entry.key) else {
                missing.append(entry)
                continue
            }
            for column in absent { written[column] = entry[column] }
            if written != entry { changed.append(written) }
        }
    }

    /// What makes the directory what the file says.
    package func changes(removingMissing: Bool) -> DirectoryChanges<Noun> {
        DirectoryChanges(put: Array(added) + changed, removed: removingMissing ? missing.map(\.key) : [])
    }
}
