/// A change of one kind of things in the directory, all of which takes effect at once.
package struct DirectoryChanges<Noun: DirectoryNoun>: Sendable, Hashable {
    /// Those that are new, or take the place of those with the same key.
    package var put: [Noun]
    /// Keys of those that leave the directory.
    package var removed: [String]

    package var isEmpty: Bool { put.isEmpty && removed.isEmpty }

    package init(put: [Noun] = [], removed: [String] = []) {
        self.put = put
        self.removed = removed
    }
}

/// A part of the directory, in the order of the keys.
package struct DirectoryPage<Noun: DirectoryNoun>: Sendable, Hashable {
    /// The edition of the directory that it is of. It grows with each change.
    package let edition: Int64
    package let entries: [Noun]
    /// The key after which the next part begins; nil for the last one.
    package let next: String?

    package init(edition: Int64, entries: [Noun], next: String?) {
        self.edition = edition
        self.entries = entries
        self.next = next
    }
}

/// What a search has found.
package struct ResidentHits: Sendable, Hashable {
    package let residents: [Resident]
    /// Whether the search would find others too.
    package let hasMore: Bool

    package init(residents: [Resident], hasMore: Bool) {
        self.residents = residents
        self.hasMore = hasMore
    }
}
